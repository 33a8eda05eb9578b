import { knownSettings } from "../../../src/config/known-settings.js";
import {
  apiKey,
  fernetKey,
  load,
  otherFernetKey,
  payloadKey,
  problemsOf,
  required,
  webPassword,
  yamlOf,
} from "./config-fixture.js";

const secrets: Record<string, string> = {
  "server.api_key": apiKey,
  "server.web_password": webPassword,
  "server.db_url": "postgresql://u:p@h/d",
  "server.db_encryption_key": fernetKey,
  "server.encryption_key": payloadKey,
  "alerts.smtp.password": "mail password",
  "cluster.secret": "a secret of the cluster",
  "cluster.redis_password": "redis password",
  "cluster.redis_sentinel_password": "redis password",
  "cluster.db_url": "postgresql://u:p@c/d",
  "sessions.redis.password": "redis password",
  "sessions.redis.sentinel_password": "redis password",
  "sessions.db_url": "postgresql://u:p@s/d",
  "sessions.secret": "a secret of the sessions",
};

describe("a secret", () => {
  it("is exactly what the contract calls one", () => {
    const marked = knownSettings.filter(({ meta }) => meta.secret).map(({ path }) => path);
    expect(marked.sort()).toEqual(Object.keys(secrets).sort());
  });

  it.each(Object.entries(secrets))("can be read from a file: %s", (path, secret) => {
    const name = `FLEET_${path.replaceAll(".", "__").toUpperCase()}_FILE`;
    const others = Object.fromEntries(Object.entries(required).filter(([other]) => other !== path));
    const expected = load({ yaml: yamlOf({ ...others, [path]: secret }) });
    const files = { secret: `${secret}\n` };
    expect(load({ yaml: yamlOf({ ...others, [`${path}_file`]: "$DIR/secret" }), files })).toEqual(expected);
    expect(load({ yaml: yamlOf(others), env: { [name]: "$DIR/secret" }, files })).toEqual(expected);
  });

  it.each([
    ["without a newline", "hunter2", "hunter2"],
    ["with a newline", "hunter2\n", "hunter2"],
    ["with the newline of Windows", "hunter2\r\n", "hunter2"],
    ["with spaces that belong to it", " hunter2 \n", " hunter2 "],
  ])("comes out of a file %s", (_what, content, secret) => {
    const yaml = yamlOf({ ...required, "cluster.redis_password_file": "$DIR/secret" });
    expect(load({ yaml, files: { secret: content } }).cluster.redis_password).toBe(secret);
  });

  it("that may be a list stands in its file one per line", () => {
    const yaml = yamlOf({ ...required, "server.db_encryption_key_file": "$DIR/keys" });
    const files = { keys: `${fernetKey}\r\n\n${otherFernetKey}\n` };
    expect(load({ yaml, files }).server.db_encryption_key).toEqual([fernetKey, otherFernetKey]);
  });

  it.each<[what: string, yaml: Record<string, string>, env: Record<string, string>]>([
    [
      "the environment's value over the file's own",
      { "server.api_key": "from-yaml-1" },
      { FLEET_SERVER__API_KEY: "the-winner-1" },
    ],
    [
      "the environment's value over a secret file",
      { "server.api_key_file": "$DIR/lost" },
      { FLEET_SERVER__API_KEY: "the-winner-1" },
    ],
    [
      "the environment's secret file over a value",
      { "server.api_key": "from-yaml-1" },
      { FLEET_SERVER__API_KEY_FILE: "$DIR/won" },
    ],
    [
      "the environment's secret file over another",
      { "server.api_key_file": "$DIR/lost" },
      { FLEET_SERVER__API_KEY_FILE: "$DIR/won" },
    ],
  ])("is taken by rank: %s", (_what, settings, env) => {
    const yaml = yamlOf({ "server.web_password": webPassword, ...settings });
    // The file that lost is not even opened.
    expect(load({ yaml, env, files: { won: "the-winner-1\n" } }).server.api_key).toEqual(["the-winner-1"]);
  });

  it.each<[what: string, settings: Record<string, unknown>, problem: string]>([
    [
      "that is not there",
      { "server.api_key_file": "$DIR/none" },
      "server.api_key_file: the file it names cannot be read: there is no such file",
    ],
    [
      "that is a folder",
      { "server.api_key_file": "$DIR" },
      "server.api_key_file: the file it names cannot be read: it is a directory",
    ],
    ["that is empty", { "server.api_key_file": "$DIR/empty" }, "server.api_key_file: the file it names is empty"],
    [
      "with a wrong secret",
      { "server.api_key_file": "$DIR/short" },
      "server.api_key_file: must be 8 to 256 printable ASCII characters",
    ],
    [
      "with a wrong secret among others",
      { "server.api_key_file": "$DIR/list" },
      "server.api_key_file: entry 2 of 2: must be 8 to 256",
    ],
    ["named by a number", { "server.api_key_file": 5 }, "server.api_key_file: must be the path of a file, in quotes"],
    [
      "beside the secret itself",
      { "server.api_key_file": "$DIR/list", "server.api_key": apiKey },
      "server.api_key: server.api_key_file in line 3 sets the same: keep one of the two",
    ],
  ])("is refused from a file %s", (_what, settings, problem) => {
    const files = { empty: "\n", short: "short1\n", list: "agent-key-1\nshort2\n" };
    const problems = problemsOf({ yaml: yamlOf({ "server.web_password": webPassword, ...settings }), files });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/^config\.yaml:\d+: /);
  });

  it("is not taken from two variables", () => {
    const env = { FLEET_SERVER__API_KEY: apiKey, FLEET_SERVER__API_KEY_FILE: "/run/secrets/x" };
    expect(problemsOf({ yaml: yamlOf({ "server.web_password": webPassword }), env })[0]).toBe(
      "environment: FLEET_SERVER__API_KEY_FILE: FLEET_SERVER__API_KEY sets the same: keep one of the two",
    );
  });
});
