import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";

const { username, password } = testCredentials;

interface Event {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  readonly address: string | null;
}

describe("the event log", () => {
  let node: FleetNode;
  let client: HttpClient;

  beforeAll(async () => {
    node = await startFleetNode({ config: { server: { db_encryption_key: newFernetKey() } } });
    client = new HttpClient(node.url);
  });

  afterAll(() => {
    client.close();
  });

  async function events(query = ""): Promise<{ events: Event[]; next_cursor: string | null }> {
    const answer = await client.get(`/api/fleet/events${query}`);
    expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
    return answer.json() as { events: Event[]; next_cursor: string | null };
  }

  it("is for those who are logged in", async () => {
    expect((await client.get("/api/fleet/events")).status).toBe(401);
  });

  it("tells who logged in, who failed to, and who left", async () => {
    const wrong = await client.post("/login", { json: { username, password: "a wrong password" } });
    expect(wrong.status).toBe(401);
    await client.login(username, password);
    expect((await client.post("/logout", { json: {} })).status).toBe(200);
    // A second one ends nothing.
    expect((await client.post("/logout", { json: {} })).status).toBe(200);
    await client.login(username, password);

    const { events: logins } = await events();
    expect(logins.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["login.succeeded", username],
      ["logout", username],
      ["login.succeeded", username],
      ["login.failed", username],
    ]);
    for (const event of logins) {
      expect(event).toMatchObject({ actor: null, address: "127.0.0.1", details: {} });
      expect(new Date(event.at).toISOString()).toBe(event.at);
    }
    const lines = node.output.split("\n").filter((line) => line.includes('"context":"Events"'));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      [...logins].reverse().map(({ kind }) => `${kind}: "admin" from "127.0.0.1"`),
    );
    expect(node.output).not.toContain(password);
  });

  it("is filtered and read in pages", async () => {
    expect((await events("?kind=login.failed")).events).toHaveLength(1);
    expect((await events("?kind=login&subject=nobody")).events).toEqual([]);
    const first = await events("?limit=3");
    const second = await events(`?limit=3&cursor=${first.next_cursor ?? ""}`);
    expect([...first.events, ...second.events]).toEqual((await events()).events);
    expect(second.next_cursor).toBeNull();
  });

  it.each(["limit=1001", "kind=nothing", "from=yesterday", "cursor=x", "kind=login&kind=logout"])(
    "refuses ?%s with the reason",
    async (query) => {
      const answer = await client.get(`/api/fleet/events?${query}`);
      expect([answer.status, answer.json()]).toMatchObject([
        400,
        { code: expect.stringMatching(/^INVALID_/) as string, error: expect.any(String) as string },
      ]);
    },
  );

  it("records lock-outs, and not what is refused during one", async () => {
    const guesser = { username: "guessed", password: "a wrong password" };
    for (let guess = 0; guess < 8; guess++) await client.post("/login", { json: guesser });
    const { events: found } = await events("?subject=guessed");
    expect(found.filter(({ kind }) => kind === "login.failed")).toHaveLength(5);
    expect(found.filter(({ kind }) => kind === "login.locked_out")).toMatchObject([
      { address: "127.0.0.1", details: { seconds: 5, failures: 5 } },
    ]);
  });

  it("still has a login that was answered just before the node was killed", async () => {
    const before = (await events("?kind=login.succeeded")).events.length;
    await new HttpClient(node.url).login(username, password);
    await node.kill();
    await node.start();
    expect((await events("?kind=login.succeeded")).events).toHaveLength(before + 1);
  });
});
