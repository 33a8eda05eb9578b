import Database from "better-sqlite3";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { EventStreamReader } from "../support/event-stream.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { logInAt } from "../support/log-in-at.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const { username, password, apiKey } = testCredentials;

describe("the event stream", () => {
  let node: FleetNode;
  let operator: HttpClient;
  const dbPath = path.join(makeTempFolder("stream"), "fleet.sqlite3");

  beforeAll(async () => {
    node = await startFleetNode({
      config: { server: { db_path: dbPath }, machines: { warning_after: 1, offline_after: 2 } },
    });
    operator = await logInAt(node);
  });

  afterAll(() => {
    operator.close();
  });

  const userEvents = (stream: EventStreamReader) => stream.of("event").map(({ data }) => data.subject);
  const addUser = (name: string) =>
    operator.post("/api/fleet/users", { json: { username: name, password, role: "viewer" } });

  it("is for those who are logged in, and says what is wrong with a question", async () => {
    const stranger = new HttpClient(node.url);
    expect((await stranger.get("/api/fleet/stream")).status).toBe(401);
    stranger.close();
    const many = Array.from({ length: 101 }, (_, index) => `m-${index}`).join(",");
    for (const query of [`machines=${many}`, "fleet=perhaps", "machines=%25zz"]) {
      const answer = await operator.get(`/api/fleet/stream?${query}`);
      expect([query, answer.status, answer.json()]).toMatchObject([query, 400, { code: "INVALID_REQUEST" }]);
    }
  });

  it("is kept by nobody in between, and never silent", async () => {
    const stream = await EventStreamReader.open(operator, "fleet=true&nodes=true");
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
    });
    expect(stream.headers["content-encoding"]).toBeUndefined();
    await stream.waitForMessage("summary", { what: "the fleet" });
    await stream.waitForMessage("nodes", { what: "the node", is: ({ enabled }) => enabled === false });
  });

  it("tells when a machine grows late and goes offline without anybody's doing", async () => {
    const agent = new HttpClient(node.url, { headers: { "x-api-key": apiKey } });
    await agent.post("/api/fleet/report", { json: { machine_id: "a,b/ü" } });
    agent.close();
    const id = encodeURIComponent(encodeURIComponent("a,b/ü"));
    const stream = await EventStreamReader.open(operator, `machines=${id}`);
    for (const status of ["online", "warning", "offline"]) {
      const is = (data: Record<string, unknown>) => JSON.stringify(data.machines).includes(`"status":"${status}"`);
      await stream.waitForMessage("machines", { what: `it to be ${status}`, is });
    }
  });

  it("goes on where a reader was cut off, without loss and without repeating", async () => {
    const first = await EventStreamReader.open(operator, "events=true");
    await first.waitForMessage("hello", { what: "a greeting" });
    await addUser("before");
    const { id = "" } = await first.waitForMessage("event", {
      what: "an event",
      is: ({ subject }) => subject === "before",
    });
    expect(id).not.toBe("");
    first.close();
    await addUser("between-1");
    await addUser("between-2");
    const again = await EventStreamReader.open(operator, "events=true", { headers: { "last-event-id": id } });
    await again.waitForMessage("event", { what: "what was missed", is: ({ subject }) => subject === "between-2" });
    await addUser("after");
    await again.waitForMessage("event", { what: "what comes", is: ({ subject }) => subject === "after" });
    expect(userEvents(again)).toEqual(["between-1", "between-2", "after"]);
  });

  it("tells one who missed much all of it, in order", async () => {
    const first = await EventStreamReader.open(operator, "events=true");
    const { id = "" } = await first.waitForMessage("hello", { what: "a greeting that says where one is" });
    first.close();
    const names = Array.from({ length: 450 }, (_, index) => `guess-${index}`);
    const database = new Database(dbPath);
    const insert = database.prepare(
      "INSERT INTO events (at, kind, subject, details) VALUES (?, 'login.failed', ?, '{}')",
    );
    const now = Date.now();
    names.forEach((name, index) => insert.run(now + index, name));
    database.close();
    const again = await EventStreamReader.open(operator, "events=true", { headers: { "last-event-id": id } });
    await again.waitForMessage("event", { what: "the last one", is: ({ subject }) => subject === names.at(-1) });
    expect(userEvents(again).filter((subject) => String(subject).startsWith("guess-"))).toEqual(names);
    again.close();
  });

  it("keeps no place for readers who left while they were let in", async () => {
    const cookie = [...operator.cookies].map((pair) => pair.join("=")).join("; ");
    for (let count = 0; count < 30; count++) {
      const socket = connect(node.port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(`GET /api/fleet/stream?fleet=true HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\n\r\n`);
      socket.resetAndDestroy();
    }
    await waitFor(
      async () => {
        const stream = await EventStreamReader.open(operator, "fleet=true");
        stream.close();
        return stream.status === 200;
      },
      { what: "a place for another page" },
    );
  });

  it("begins with now for a new reader, and for one with an id that is none", async () => {
    await addUser("long-ago");
    for (const headers of [{}, { "last-event-id": "nonsense" }]) {
      const stream = await EventStreamReader.open(operator, "events=true", { headers });
      await stream.waitForMessage("hello", { what: "a greeting" });
      const name = `new-${Object.keys(headers).length}`;
      await addUser(name);
      await stream.waitForMessage("event", { what: "what comes", is: ({ subject }) => subject === name });
      expect(userEvents(stream)).toEqual([name]);
    }
  });

  it("shows where people logged in from to administrators alone", async () => {
    await addUser("viewer-1");
    const viewer = new HttpClient(node.url);
    await viewer.login("viewer-1", password);
    const [all, some] = await Promise.all([
      EventStreamReader.open(operator, "events=true"),
      EventStreamReader.open(viewer, "events=true"),
    ]);
    for (const stream of [all, some]) await stream.waitForMessage("hello", { what: "a greeting" });
    await viewer.post("/login", { json: { username, password: "wrong" } });
    const is = ({ kind }: Record<string, unknown>) => kind === "login.failed";
    expect((await all.waitForMessage("event", { what: "the event", is })).data.address).toBe("127.0.0.1");
    expect((await some.waitForMessage("event", { what: "the event", is })).data.address).toBeNull();
    viewer.close();
  });

  it("takes twenty of one login and no more, until one of them ends", async () => {
    const client = await logInAt(node);
    const streams = await Promise.all(Array.from({ length: 20 }, () => EventStreamReader.open(client, "fleet=true")));
    expect(streams.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    const refused = await client.get("/api/fleet/stream?fleet=true");
    expect([refused.status, refused.json()]).toMatchObject([429, { code: "TOO_MANY_STREAMS" }]);
    expect(refused.headers["retry-after"]).toMatch(/^\d+$/);
    streams[0]?.close();
    await waitFor(async () => (await EventStreamReader.open(client, "fleet=true")).status === 200, { what: "a place" });
    for (const stream of streams) stream.close();
    client.close();
  });

  it("ends with the session", async () => {
    const client = await logInAt(node);
    const stream = await EventStreamReader.open(client, "fleet=true");
    await stream.waitForMessage("hello", { what: "a greeting" });
    await client.post("/logout", { json: {} });
    const { data } = await stream.waitForMessage("end", { what: "its end" });
    expect(data).toEqual({ reason: "login" });
    await waitFor(() => stream.ended, { what: "the connection to close" });
    client.close();
  });

  it("ends with the drain, and says so", async () => {
    const draining = await startFleetNode({ config: { server: { drain_seconds: 1 } } });
    const client = await logInAt(draining);
    const stream = await EventStreamReader.open(client, "fleet=true");
    await stream.waitForMessage("hello", { what: "a greeting" });
    const stopped = draining.stop();
    expect(await stream.waitForMessage("end", { what: "its end" })).toMatchObject({ data: { reason: "draining" } });
    expect((await stopped).code).toBe(0);
    client.close();
  });

  it("ends for those, too, who come while the node closes", async () => {
    const ending = await startFleetNode();
    const client = await logInAt(ending);
    const opened: Promise<unknown>[] = [];
    const knocking = setInterval(() => {
      // Refused ones have come too late, as it should be.
      opened.push(EventStreamReader.open(client, "fleet=true").catch(() => undefined));
    }, 5);
    await waitFor(() => opened.length > 5, { what: "pages to come" });
    const exit = await ending.stop();
    clearInterval(knocking);
    await Promise.all(opened);
    expect(exit.code).toBe(0);
    client.close();
  });
});
