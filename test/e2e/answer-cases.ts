import http from "node:http";
import type { NodeLifecycle } from "../../src/lifecycle/node-lifecycle.js";
import type { Described } from "../support/described-api.js";
import { testCredentials } from "../support/fleet-node.js";
import type { Answer, HttpClient, RequestOptions } from "../support/http-client.js";
import { waitFor } from "../support/wait-for.js";

/** Who calls the node, and what answers can be had from. */
export interface Callers {
  readonly admin: HttpClient;
  readonly viewer: HttpClient;
  readonly agent: HttpClient;
  readonly stranger: HttpClient;
  /** With an API key that may send one request a minute. */
  readonly program: HttpClient;
  readonly lifecycle: NodeLifecycle;
}

type Provoke = (callers: Callers, operation: Described) => Promise<Answer>;

const report = { machine_id: "web-01", metrics: { cpu: { percent: 95 } } };
const silence = { matcher: { tag: "rack-7" }, duration: 3600, comment: "" };
const asForm = { username: testCredentials.username, password: testCredentials.password };
let made = 0;

/** Makes something through the API for a case to change or delete; gives the answer's body. */
async function make<T>(admin: HttpClient, path: string, json: object): Promise<T> {
  const answer = await admin.post(path, { json });
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return answer.json() as T;
}
const makeUser = (admin: HttpClient, role = "viewer") =>
  make<{ username: string }>(admin, "/api/fleet/users", {
    username: `user-${++made}`,
    password: testCredentials.password,
    role,
  });
const makeKey = (admin: HttpClient) =>
  make<{ id: string; name: string }>(admin, "/api/fleet/api-keys", { name: `key ${++made}`, scope: "read" });

/** The head of an answer that has no end of its own. */
function headOf(client: HttpClient, path: string): Promise<Answer> {
  const cookie = [...client.cookies].map((pair) => pair.join("=")).join("; ");
  return new Promise((resolve, reject) => {
    const sent = http.get(new URL(path, client.baseUrl), { headers: { cookie } }, ({ statusCode = 0, headers }) => {
      resolve({ status: statusCode, headers, text: "", json: () => null });
      sent.destroy();
    });
    sent.on("error", reject);
  });
}

/** Answers that take more than what `generalCases` know. A new operation that makes or changes something has its own here. */
export const ownCases: Readonly<Record<string, Provoke>> = {
  "POST /api/fleet/report 200": ({ agent }) => agent.post("/api/fleet/report", { json: report }),
  "POST /api/fleet/reports 200": ({ agent }) =>
    agent.post("/api/fleet/reports", {
      body: `${JSON.stringify(report)}\n{}\n`,
      headers: { "content-type": "application/x-ndjson" },
    }),
  "POST /login 200": ({ stranger }) => stranger.post("/login", { json: asForm, headers: { cookie: "" } }),
  "POST /login 302": ({ stranger }) =>
    stranger.post("/login", { form: asForm, headers: { accept: "text/html", cookie: "" } }),
  "POST /login 401": ({ stranger }) => stranger.post("/login", { json: { username: "nobody", password: "wrong" } }),
  "POST /login 429": async ({ stranger }) => {
    // As a proxy tells it: nobody else is to wait.
    const send = () =>
      stranger.post("/login", {
        json: { username: "nobody", password: "wrong" },
        headers: { "x-forwarded-for": "192.0.2.1" },
      });
    for (let failures = 0; failures < 5; failures++) await send();
    return send();
  },
  "GET /login 200": ({ stranger }) => stranger.get("/login", { headers: { cookie: "" } }),
  "GET /login 302": ({ admin }) => admin.get("/login"),
  "POST /logout 200": ({ stranger }) => stranger.post("/logout", { json: {} }),
  "POST /logout 302": ({ stranger }) => stranger.post("/logout", { headers: { accept: "text/html" } }),
  "GET /api/fleet/sessions 403": ({ viewer }) => viewer.get("/api/fleet/sessions?user=admin"),
  "DELETE /api/fleet/sessions/{id} 204": async ({ admin }) => {
    await admin.post("/login", { json: asForm, headers: { cookie: "" } });
    const { sessions } = (await admin.get("/api/fleet/sessions?user=admin")).json() as {
      sessions: { id: string; current: boolean }[];
    };
    return admin.request("DELETE", `/api/fleet/sessions/${sessions.find(({ current }) => !current)?.id ?? ""}`);
  },
  "GET /api/fleet/stream 200": ({ admin }) => headOf(admin, "/api/fleet/stream"),
  "DELETE /api/fleet/machine/{id} 204": async ({ admin, agent }) => {
    await agent.post("/api/fleet/report", { json: { machine_id: "gone" } });
    return admin.request("DELETE", "/api/fleet/machine/gone");
  },
  "POST /api/fleet/api-keys 201": ({ admin }) =>
    admin.post("/api/fleet/api-keys", {
      json: { name: `key ${++made}`, scope: "operate", expires_at: "2099-01-01T00:00:00Z", requests_per_minute: 5 },
    }),
  "POST /api/fleet/api-keys 409": async ({ admin }) => {
    const { name } = await makeKey(admin);
    return admin.post("/api/fleet/api-keys", { json: { name, scope: "read" } });
  },
  "DELETE /api/fleet/api-keys/{id} 204": async ({ admin }) =>
    admin.request("DELETE", `/api/fleet/api-keys/${(await makeKey(admin)).id}`),
  "GET /api/fleet/incidents/{id} 200": async ({ admin }) => {
    const incident = await waitFor(
      async () => {
        const { incidents } = (await admin.get("/api/fleet/incidents")).json() as { incidents: { id: string }[] };
        return incidents[0];
      },
      { what: "an incident" },
    );
    return admin.get(`/api/fleet/incidents/${incident.id}`);
  },
  "POST /api/fleet/alerts/receivers/{name}/test 200": ({ admin }) =>
    admin.post("/api/fleet/alerts/receivers/there/test"),
  "POST /api/fleet/alerts/receivers/{name}/test 502": ({ admin }) =>
    admin.post("/api/fleet/alerts/receivers/away/test"),
  "POST /api/fleet/silences 201": ({ admin }) => admin.post("/api/fleet/silences", { json: silence }),
  "POST /api/fleet/silences 409": async ({ admin }) => {
    for (let count = 0; count < 500; count++) {
      const answer = await admin.post("/api/fleet/silences", { json: silence });
      if (answer.status !== 201) return answer;
    }
    return admin.post("/api/fleet/silences", { json: silence });
  },
  "DELETE /api/fleet/silences/{id} 204": async ({ admin }) => {
    const { silences } = (await admin.get("/api/fleet/silences")).json() as { silences: { id: string }[] };
    return admin.request("DELETE", `/api/fleet/silences/${silences[0]?.id ?? ""}`);
  },
  "POST /api/fleet/users 201": ({ admin }) =>
    admin.post("/api/fleet/users", {
      json: { username: `user-${++made}`, password: testCredentials.password, role: "operator" },
    }),
  "POST /api/fleet/users 409": ({ admin }) => admin.post("/api/fleet/users", { json: { ...asForm, role: "admin" } }),
  "PATCH /api/fleet/users/{name} 200": async ({ admin }) =>
    admin.request("PATCH", `/api/fleet/users/${(await makeUser(admin)).username}`, { json: { role: "operator" } }),
  "PATCH /api/fleet/users/{name} 404": ({ admin }) =>
    admin.request("PATCH", "/api/fleet/users/none", { json: { role: "operator" } }),
  "PATCH /api/fleet/users/{name} 409": ({ admin }) =>
    admin.request("PATCH", "/api/fleet/users/admin", { json: { role: "viewer" } }),
  "DELETE /api/fleet/users/{name} 204": async ({ admin }) =>
    admin.request("DELETE", `/api/fleet/users/${(await makeUser(admin)).username}`),
  "DELETE /api/fleet/users/{name} 409": ({ admin }) => admin.request("DELETE", "/api/fleet/users/admin"),
  "POST /api/fleet/users/{name}/password 204": async ({ admin }) =>
    admin.post(`/api/fleet/users/${(await makeUser(admin)).username}/password`, {
      json: { password: "another password for tests" },
    }),
  "POST /api/fleet/users/{name}/password 404": ({ admin }) =>
    admin.post("/api/fleet/users/none/password", { json: { password: testCredentials.password } }),
};

/** What stands for the parts of addresses: something that there is. */
const existing: Readonly<Record<string, string>> = { id: "web-01", machineId: "web-01", section: "about" };
const withParts = (path: string, part: (name: string) => string) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => part(name));
const somewhere = ({ path }: Described) => withParts(path, (name) => existing[name] ?? "none");
const nowhere = ({ path }: Described) => withParts(path, () => "none");

const isAgents = ({ operation }: Described) => operation.security?.some((needed) => "agentKey" in needed) ?? false;
/** Whoever may call it. */
const caller = ({ admin, agent }: Callers, operation: Described) => (isAgents(operation) ? agent : admin);
const mediaTypesOf = ({ operation: { requestBody } }: Described) =>
  requestBody && "content" in requestBody ? Object.keys(requestBody.content) : [];
/** A body of the kind that it takes, or none. */
const bodyOf = (operation: Described, body: string, headers: Record<string, string> = {}): RequestOptions => {
  const [mediaType] = mediaTypesOf(operation);
  return mediaType === undefined ? { headers } : { body, headers: { "content-type": mediaType, ...headers } };
};

/** How a status is had from any operation that describes it; null where that takes a case of its own. */
export const generalCases: Readonly<Record<string, (operation: Described) => Provoke | null>> = {
  // What is read, and whatever says that it takes nothing.
  200: ({ method }) => (method === "GET" ? (callers, it) => caller(callers, it).get(somewhere(it)) : null),
  // A page sends strangers to the login.
  302: ({ method }) => (method === "GET" ? ({ stranger }, it) => stranger.get(somewhere(it)) : null),
  400: ({ method, path, operation }) => {
    if (path.includes("{"))
      return (callers, it) =>
        caller(callers, it).request(
          method,
          withParts(path, () => "%E0%A4%A"),
        );
    if (operation.requestBody) {
      return (callers, it) =>
        caller(callers, it).request(method, path, bodyOf(it, "no gzip", { "content-encoding": "gzip" }));
    }
    const query = (operation.parameters ?? []).map((one) => `${"name" in one ? one.name : ""}=%3F`).join("&");
    return (callers, it) => caller(callers, it).request(method, `${path}?${query}`);
  },
  401:
    () =>
    ({ stranger }, it) =>
      stranger.request(it.method, nowhere(it)),
  403: ({ method }) => {
    if (method === "GET") return ({ viewer }, it) => viewer.get(nowhere(it));
    return ({ admin }, it) => admin.request(method, nowhere(it), { headers: { "sec-fetch-site": "cross-site" } });
  },
  404:
    () =>
    ({ admin }, it) =>
      admin.request(it.method, nowhere(it)),
  413: () => (callers, it) => {
    const body = it.path === "/api/fleet/reports" ? "{}\n".repeat(501) : `{"x":"${"x".repeat(1024 * 1024)}"}`;
    return caller(callers, it).request(it.method, nowhere(it), bodyOf(it, body));
  },
  415: () => (callers, it) =>
    caller(callers, it).request(it.method, nowhere(it), { body: "<xml/>", headers: { "content-type": "text/xml" } }),
  429:
    () =>
    async ({ program }, it) => {
      const send = () => program.request(it.method, nowhere(it));
      const first = await send();
      // Its one request of a minute that has just begun.
      return first.status === 429 ? first : send();
    },
  503: () => async (callers, it) => {
    callers.lifecycle.refuse("This node is refused by a test.");
    try {
      return await caller(callers, it).request(it.method, nowhere(it));
    } finally {
      callers.lifecycle.accept();
    }
  },
};
