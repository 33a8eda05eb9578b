import { randomBytes } from "node:crypto";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { keepSecret, toldSecrets } from "../support/log-secrets.js";

// What any node or agent of any test file logs is looked through when the file ends (test/support/child-process.ts). This
// node logs as much as it can, and is given secrets in all the wrong places.
describe("a node that logs everything", () => {
  let node: FleetNode;
  let admin: HttpClient;

  beforeAll(async () => {
    node = await startFleetNode({
      config: {
        server: { db_encryption_key: newFernetKey(), encryption_key: randomBytes(32).toString("base64") },
        cluster: { enabled: true, secret: "a cluster secret for tests" },
        logging: { level: "trace" },
      },
    });
    admin = new HttpClient(node.url);
    await admin.login(testCredentials.username, testCredentials.password);
  });

  afterAll(async () => {
    admin.close();
    await node.stop();
  });

  it("tells no secret of its own or of those who call it", async () => {
    const { key } = (await admin.post("/api/fleet/api-keys", { json: { name: "told", scope: "admin" } })).json() as {
      key: string;
    };
    keepSecret("an API key", key);
    const secrets = [key, testCredentials.apiKey, testCredentials.password, "a mistyped password"];
    keepSecret("a mistyped password", "a mistyped password");
    const caller = new HttpClient(node.url);
    for (const secret of secrets) {
      const text = encodeURIComponent(secret);
      await caller.get(`/api/fleet/machines?api_key=${text}`, { headers: { authorization: `Bearer ${secret}` } });
      await caller.get(`/dashboard?token=${text}`, { headers: { cookie: `fleet_session=${text}` } });
      await caller.post("/api/fleet/report", { body: `{"machine_id": ${secret}`, headers: { "x-api-key": secret } });
      await caller.post("/api/fleet/report", { json: { api_key: secret }, headers: { "x-api-key": secret } });
      await caller.post("/login", { json: { username: "admin", password: secret } });
      await caller.post("/login", { body: `{"password":"${secret}"`, headers: { "content-type": "application/json" } });
      await caller.post("/login", { form: { username: testCredentials.username, password: secret } });
      await admin.post("/api/fleet/users", { json: { username: "x y", password: secret, role: "viewer" } });
      await admin.post("/api/fleet/users/admin/password", { json: { password: "short", current_password: secret } });
    }
    caller.close();
    const { output } = node;
    expect(output).toMatch(/"level":"DEBUG".*POST \/login/);
    expect(toldSecrets(output)).toEqual([]);
    // The scan sees them: each is known by now.
    expect(toldSecrets(secrets.join("\n"))).toHaveLength(secrets.length);
  });
});
