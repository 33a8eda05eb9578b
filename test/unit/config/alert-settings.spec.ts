import { describeConfig } from "../../../src/config/describe-config.js";
import { load, problemsOf, required, yamlOf } from "./config-fixture.js";

const webhook = {
  name: "pager",
  type: "webhook",
  url: "https://pager.example.com/T0K3N",
  secret: "sixteen characters",
};
const withReceivers = (...receivers: unknown[]) => yamlOf({ ...required, "alerts.receivers": receivers });

describe("the receivers of alerts", () => {
  it("may have their secrets in files", () => {
    const { secret, url, ...others } = webhook;
    const yaml = withReceivers({ ...others, url_file: "$DIR/url", secret_file: "$DIR/secret" });
    const files = { url: `${url}\n`, secret: `${secret}\n` };
    expect(load({ yaml, files }).alerts.receivers).toEqual([{ ...webhook, min_severity: "warning" }]);
  });

  it("may stand in the environment", () => {
    const env = { FLEET_ALERTS__RECEIVERS: JSON.stringify([{ name: "x", type: "slack", url: "https://a.example" }]) };
    expect(load({ yaml: yamlOf(required), env }).alerts.receivers).toMatchObject([{ name: "x", type: "slack" }]);
    expect(problemsOf({ yaml: yamlOf(required), env: { FLEET_ALERTS__RECEIVERS: "[{" } })).toEqual([
      expect.stringContaining("must be a list in JSON"),
    ]);
  });

  it("are printed without their secrets", () => {
    const text = describeConfig(load({ yaml: withReceivers(webhook) }));
    expect(text).toContain("https://pager.example.com/[redacted]");
    expect(text).not.toMatch(/T0K3N|sixteen/);
  });

  it.each([
    ["no secret", [{ ...webhook, secret: undefined }], "entry 1 of 1: secret: a receiver of the type webhook needs it"],
    ["what is not for its type", [{ ...webhook, to: "a@b.example" }], "entry 1 of 1: to: is not for the type webhook"],
    ["no such type", [webhook, { name: "x", type: "fax" }], "entry 2 of 2: type: must be one of webhook, slack, email"],
    [
      "no web address",
      [{ ...webhook, url: "pager" }],
      "entry 1 of 1: url: must be an address that begins with https://",
    ],
    [
      "a password in the address",
      [{ ...webhook, url: "https://user:T0K3N@pager.example.com/" }],
      "entry 1 of 1: url: must not hold a user or password",
    ],
    ["a name twice", [webhook, webhook], "holds two receivers of the same name"],
    ["an unknown member", [{ ...webhook, color: "red" }], "entry 1 of 1: must hold a name, a type"],
    ["a file and a value", [{ ...webhook, secret_file: "/x" }], "entry 1 of 1: secret and secret_file set the same"],
    [
      "a file that is not there",
      [{ name: "x", type: "slack", url_file: "/no/such" }],
      "the file that url_file names cannot",
    ],
    [
      "no mail server",
      [{ name: "x", type: "email", to: "a@b.example" }],
      "needs alerts.smtp.host and alerts.smtp.from",
    ],
  ])("are refused with %s", (_what, receivers, sentence) => {
    const problems = problemsOf({ yaml: withReceivers(...receivers) });
    expect(problems).toEqual([expect.stringContaining(sentence)]);
    expect(problems.join("\n")).not.toMatch(/T0K3N|sixteen/);
  });
});

it.each([
  ["no tag", { cpu: "off" }, "entry 1 of 1: tag: must be text"],
  [
    "a limit out of range",
    { tag: "x", cpu: { above: 101 } },
    "entry 1 of 1: cpu: above: must be a number from 0 to 100",
  ],
  ["an unknown rule", { tag: "x", cpus: "off" }, "entry 1 of 1: must hold a tag, and some of"],
])("an override with %s is refused", (_what, override, sentence) => {
  expect(problemsOf({ yaml: yamlOf({ ...required, "alerts.overrides": [override] }) })).toEqual([
    expect.stringContaining(sentence),
  ]);
});
