import type { NestExpressApplication } from "@nestjs/platform-express";
import { getRepositoryToken } from "@nestjs/typeorm";
import type { Repository } from "typeorm";
import { User } from "../../../src/auth/user.entity.js";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { PasswordHasher } from "../../../src/crypto/password-hasher.js";
import { LoginSessions } from "../../../src/sessions/login-sessions.js";
import { testCredentials } from "../../support/fleet-node.js";
import { HttpClient } from "../../support/http-client.js";
import { startInProcess } from "../../support/in-process-node.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { waitFor } from "../../support/wait-for.js";

const OLD = "the old pass phrase";
const NEW = "the new pass phrase";
const WHO = "/api/fleet/current-user";

/** Two nodes on one database and one session store. */
describe("a login that is on its way while its user is changed", () => {
  const apps: NestExpressApplication[] = [];
  const clients: HttpClient[] = [];
  let urls: string[];
  let admin: HttpClient;

  const newClient = (at: number) => {
    const client = new HttpClient(urls[at] ?? "");
    clients.push(client);
    return client;
  };
  const create = (username: string) =>
    admin.post("/api/fleet/users", { json: { username, password: OLD, role: "operator" } });

  beforeAll(async () => {
    const folder = makeTempFolder("race");
    const shared = {
      FLEET_SERVER__DB_PATH: `${folder}/fleet.sqlite3`,
      FLEET_SESSIONS__SESSION_DIR: `${folder}/sessions`,
    };
    const nodes = [await startInProcess(shared), await startInProcess(shared)];
    apps.push(...nodes.map(({ app }) => app));
    urls = nodes.map(({ url }) => url);
    admin = newClient(0);
    await admin.login(testCredentials.username, testCredentials.password);
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(apps.map((app) => app.close()));
  });

  /** Logs in on the second node, which has found the password right but goes on only after `meanwhile`. */
  const logInDuring = async (username: string, meanwhile: () => Promise<unknown>) => {
    const hasher = apps[1]?.get(PasswordHasher);
    if (!hasher) throw new Error("there is no second node");
    const verify = hasher.verify.bind(hasher);
    let verified = false;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    hasher.verify = async (...args) => {
      const right = await verify(...args);
      verified = true;
      await held;
      return right;
    };
    const client = newClient(1);
    try {
      const login = client.post("/login", { json: { username, password: OLD } });
      await waitFor(() => verified, { what: "the password to be checked" });
      await meanwhile();
      goOn();
      await login;
    } finally {
      hasher.verify = verify;
    }
    return client;
  };

  it("with a new password leaves no session that lives, on any node", async () => {
    await create("alice");
    const client = await logInDuring("alice", async () => {
      const answer = await admin.post("/api/fleet/users/alice/password", { json: { password: NEW } });
      expect(answer.status).toBe(204);
    });
    const elsewhere = newClient(0);
    for (const [name, value] of client.cookies) elsewhere.cookies.set(name, value);
    expect([(await client.get(WHO)).status, (await elsewhere.get(WHO)).status]).toEqual([401, 401]);
    const left = await apps[0]?.get(LoginSessions).list({ username: "alice", limit: 10 });
    expect(left?.sessions).toEqual([]);
  });

  it("with a new role leaves none with the old", async () => {
    await create("bob");
    const client = await logInDuring("bob", () =>
      admin.request("PATCH", "/api/fleet/users/bob", { json: { role: "viewer" } }),
    );
    expect((await client.get(WHO)).status).toBe(401);
  });

  it("and deleted leaves none, though the name is taken again at once", async () => {
    await create("carol");
    const client = await logInDuring("carol", async () => {
      await admin.request("DELETE", "/api/fleet/users/carol");
      await create("carol");
    });
    expect((await client.get(WHO)).status).toBe(401);
  });

  it("and left as they were is let in", async () => {
    await create("dave");
    const client = await logInDuring("dave", () => create("erin"));
    expect((await client.get(WHO)).status).toBe(200);
  });

  it("does not overwrite, with a change by the old password, what an administrator has set meanwhile", async () => {
    await create("frank");
    const frank = newClient(1);
    await frank.login("frank", OLD);
    const hasher = apps[1]?.get(PasswordHasher);
    if (!hasher) throw new Error("there is no second node");
    const hash = hasher.hash.bind(hasher);
    hasher.hash = async (password) => {
      await admin.post("/api/fleet/users/frank/password", { json: { password: NEW } });
      return hash(password);
    };
    try {
      const json = { password: "what a thief wants", current_password: OLD };
      const answer = await frank.post("/api/fleet/users/frank/password", { json });
      expect([answer.status, answer.json()]).toMatchObject([409, { code: "PASSWORD_CHANGED" }]);
    } finally {
      hasher.hash = hash;
    }
    expect((await frank.get(WHO)).status).toBe(401);
    await newClient(0).login("frank", NEW);
  });

  it("and changed in the database alone, by a node that then died, does not stand at its first request", async () => {
    await create("grace");
    const client = newClient(1);
    await client.login("grace", OLD);
    const users = apps[0]?.get<Repository<User>>(getRepositoryToken(User));
    await users?.update({ username: "grace" }, { passwordHash: await new PasswordHasher().hash(NEW) });
    const page = await client.get("/dashboard");
    expect([page.status, page.headers.location]).toEqual([302, "/login?next=%2Fdashboard"]);
    // And the login page is shown, instead of leading back to the dashboard for ever.
    expect((await client.get("/login?next=%2Fdashboard")).status).toBe(200);
  });

  it("and whose session cannot be ended now is refused all the same", async () => {
    await create("heidi");
    const client = newClient(1);
    await client.login("heidi", OLD);
    const sessions = apps[0]?.get(LoginSessions);
    if (!sessions) throw new Error("there is no first node");
    const endAllOf = sessions.endAllOf.bind(sessions);
    sessions.endAllOf = () => Promise.reject(new BackendUnavailableError("session store"));
    try {
      const answer = await admin.request("PATCH", "/api/fleet/users/heidi", { json: { role: "viewer" } });
      expect([answer.status, answer.json()]).toMatchObject([200, { role: "viewer" }]);
    } finally {
      sessions.endAllOf = endAllOf;
    }
    expect((await client.get(WHO)).status).toBe(401);
  });
});
