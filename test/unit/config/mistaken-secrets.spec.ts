import { fernetKey, otherFernetKey, payloadKey, problemsOf, required, yamlOf } from "./config-fixture.js";

describe("a mistake in the file", () => {
  it.each<[what: string, settings: Record<string, unknown>, problem: string]>([
    [
      "a short API key",
      { "server.api_key": "1234567" },
      "2: server.api_key: must be 8 to 256 printable ASCII characters without spaces",
    ],
    ["an API key with a space", { "server.api_key": "agent key 1" }, "2: server.api_key: must be 8 to 256 printable"],
    ["an API key beyond ASCII", { "server.api_key": "schlüssel" }, "2: server.api_key: must be 8 to 256 printable"],
    [
      "an unquoted number as an API key",
      { "server.api_key": 12_345_678 },
      "2: server.api_key: must be one API key or a list of them, each in quotes",
    ],
    ["no API key in the list", { "server.api_key": [] }, "2: server.api_key: must hold at least one API key"],
    [
      "too many API keys",
      { "server.api_key": Array.from({ length: 17 }, (_, index) => `agent-key-${index}`) },
      "2: server.api_key: must hold at most 16 keys",
    ],
    [
      "the same API key twice",
      { "server.api_key": ["agent-key-1", "agent-key-1"] },
      "2: server.api_key: holds the same key twice: remove one",
    ],
    [
      "a short password",
      { "server.web_password": "1234567" },
      "3: server.web_password: must be 8 to 256 characters long, on one line",
    ],
    [
      "the guide's API key",
      { "server.api_key": "YOUR_API_KEY" },
      "2: server.api_key: is still a placeholder: replace it with a value of your own; `fleet-server keys generate` makes one (from a checkout: `npx fleet-server keys generate`)",
    ],
    [
      "the guide's Fernet key",
      { "server.db_encryption_key": "YOUR_FERNET_KEY" },
      "4: server.db_encryption_key: is still a placeholder: replace it",
    ],
    [
      "the guide's payload key",
      { "server.encryption_key": "YOUR_AES_GCM_KEY" },
      "4: server.encryption_key: is still a placeholder: replace it",
    ],
    [
      "the guide's Redis password",
      { "cluster.redis_password": "YOUR_REDIS_PASSWORD" },
      "5: cluster.redis_password: is still a placeholder: replace it",
    ],
    [
      "our own placeholder",
      { "server.web_password": "REPLACE_WITH_A_PASSWORD" },
      "3: server.web_password: is still a placeholder: replace it",
    ],
    [
      "a Fernet key cut short",
      { "server.db_encryption_key": fernetKey.slice(1) },
      "4: server.db_encryption_key: A Fernet key must be 32 random bytes in URL-safe base64 (44 characters), but this one has 43 characters. Make a new one with: fleet-server keys generate (from a checkout: npx fleet-server keys generate)",
    ],
    [
      "a Fernet key in the other alphabet",
      { "server.db_encryption_key": payloadKey },
      "4: server.db_encryption_key: A Fernet key must be",
    ],
    [
      "a payload key in the other alphabet",
      { "server.encryption_key": fernetKey },
      "4: server.encryption_key: A payload key must be 32 random bytes in standard base64 (44 characters), but this one is in URL-safe base64",
    ],
    [
      "the same Fernet key twice",
      { "server.db_encryption_key": [fernetKey, otherFernetKey, fernetKey] },
      "4: server.db_encryption_key: holds the same key twice: remove one",
    ],
    [
      "a wrong key in a list",
      { "server.db_encryption_key": [fernetKey, "abc"] },
      "6: server.db_encryption_key: entry 2 of 2: A Fernet key must be",
    ],
  ])("in a secret is reported without the secret: %s", (_what, settings, problem) => {
    const problems = problemsOf({ yaml: yamlOf({ ...required, ...settings }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`config.yaml:${problem}`);
  });
});
