import { QueryClient } from "@tanstack/react-query";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { keys } from "../../../dashboard/src/api/keys.ts";
import type { EventList, Machine, MachineList } from "../../../dashboard/src/api/types.ts";
import { applyMessage } from "../../../dashboard/src/live/apply-message.ts";
import { EventLists, withEvent } from "../../../dashboard/src/live/event-lists.ts";
import { LiveConnection } from "../../../dashboard/src/live/live-connection.ts";
import { joinInterests, streamPath } from "../../../dashboard/src/live/messages.ts";
import { Outage } from "../../../dashboard/src/live/outage.ts";
import { waitFor } from "../../support/wait-for.js";

describe("what a page wants to hear of", () => {
  it("is joined from its parts into one address, equal for equal wishes", () => {
    const joined = joinInterests([{ machines: ["b", "a"] }, { machines: ["a,c"], fleet: true }, { nodes: true }]);
    expect(streamPath(joined)).toBe("/api/fleet/stream?machines=a%2Ca%252Cc%2Cb&fleet=true&nodes=true");
    expect(streamPath(joinInterests([{ nodes: true }, { machines: ["a,c", "b", "a"], fleet: true }]))).toBe(
      streamPath(joined),
    );
  });

  it("is no more than the server watches", () => {
    const machines = Array.from({ length: 300 }, (_, index) => `m-${index}`);
    expect(joinInterests([{ machines }]).machines).toHaveLength(100);
  });

  it("is no longer than a request line may be", () => {
    const machines = Array.from({ length: 100 }, (_, index) => `${"ü/".repeat(30)}${index}`);
    const joined = joinInterests([{ machines, fleet: true }]);
    expect(streamPath(joined).length).toBeLessThan(6_000);
    expect(joined.machines?.length).toBeGreaterThan(5);
  });
});

describe("what the stream tells", () => {
  const machine = (id: string, cpu: number): Machine => ({
    machine_id: id,
    info: {},
    status: "online",
    first_seen: "",
    last_seen: "",
    latest_metrics: { cpu: { percent: cpu } },
    id_conflict: false,
  });
  let queries: QueryClient;
  let events: EventLists;

  beforeEach(() => {
    queries = new QueryClient();
    events = new EventLists(queries);
  });

  afterEach(() => {
    events.close();
  });

  it("changes rows in place, keeps their trends, and adds none", () => {
    const trend = { step: 60, cpu: [1], memory: [2] };
    const list: MachineList = {
      machines: [machine("a", 1), { ...machine("b", 2), trend }],
      total: 2,
      next_cursor: null,
    };
    queries.setQueryData(keys.machineList({}), list);
    applyMessage(queries, events, {
      type: "machines",
      data: { machines: [machine("b", 50), machine("c", 3)], removed: [] },
    });
    const now = queries.getQueryData<MachineList>(keys.machineList({}));
    expect(now?.machines).toEqual([machine("a", 1), { ...machine("b", 50), trend }]);
    expect(now?.machines[0]).toBe(list.machines[0]);
    expect(queries.getQueryData(keys.machine("c"))).toBeUndefined();
  });

  it("changes a list once for a message, however many machines it tells of", () => {
    const ids = Array.from({ length: 50 }, (_, index) => `m-${index}`);
    const machines = ids.map((id) => machine(id, 1));
    queries.setQueryData<MachineList>(keys.machineList({}), { machines, total: 50, next_cursor: null });
    const other = { machines: [machine("other", 1)], total: 1, next_cursor: null };
    queries.setQueryData<MachineList>(keys.machineList({ q: "other" }), other);
    const changed: unknown[] = [];
    queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === "updated" && query.state.data !== other) changed.push(query.queryKey);
    });
    applyMessage(queries, events, {
      type: "machines",
      data: { machines: ids.map((id) => machine(id, 50)), removed: [] },
    });
    expect(changed).toEqual([keys.machineList({})]);
    expect(queries.getQueryData(keys.machineList({ q: "other" }))).toBe(other);
  });

  const event = (id: number, second = id) => {
    const at = new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();
    return { id, at, kind: "x", subject: "", actor: null, address: null, details: null };
  };
  const idsOf = (list: EventList | undefined) => list?.events.map(({ id }) => id);

  it("adds an event to the newest once, at its place, and has lists with filters read once for many", async () => {
    const latest = [...keys.latestEvents, {}];
    const filtered = [...keys.events, { kind: "node" }];
    queries.setQueryData<EventList>(latest, { events: [event(5), event(2)], next_cursor: "more" });
    queries.setQueryData<EventList>(filtered, { events: [], next_cursor: null });
    const invalidated: unknown[] = [];
    queries.getQueryCache().subscribe((change) => {
      if (change.type === "updated" && change.action.type === "invalidate") invalidated.push(change.query.queryKey);
    });
    for (const id of [6, 6, 3, 4, 1]) applyMessage(queries, events, { type: "event", data: event(id) });
    expect(idsOf(queries.getQueryData<EventList>(latest))).toEqual([6, 5, 4, 3, 2]);
    expect(invalidated).toEqual([]);
    await waitFor(() => queries.getQueryState(filtered)?.isInvalidated === true, { what: "the list with a filter" });
    expect(invalidated).toEqual([filtered]);
  });

  it("keeps a list that ends with the oldest event whole", () => {
    const list: EventList = { events: [event(5)], next_cursor: null };
    expect(idsOf(withEvent(list, event(4)))).toEqual([5, 4]);
    expect(idsOf(withEvent(list, event(6, 5)))).toEqual([6, 5]);
  });

  it("has every list read again where events were missed, or more came than a page keeps", async () => {
    const latest = [...keys.latestEvents, {}];
    const isReread = () => waitFor(() => queries.getQueryState(latest)?.isInvalidated === true, { what: "a read" });
    queries.setQueryData<EventList>(latest, { events: [], next_cursor: null });
    events.reread();
    await isReread();
    queries.setQueryData<EventList>(latest, { events: [], next_cursor: null });
    for (let id = 1; id <= 201; id++) applyMessage(queries, events, { type: "event", data: event(id) });
    expect(idsOf(queries.getQueryData<EventList>(latest))).toHaveLength(200);
    await isReread();
  });

  it("has a machine that was removed asked for again", () => {
    queries.setQueryData(keys.machine("a"), machine("a", 1));
    applyMessage(queries, events, { type: "machines", data: { machines: [], removed: ["a"] } });
    expect(queries.getQueryState(keys.machine("a"))?.isInvalidated).toBe(true);
  });
});

describe("an outage", () => {
  it("has everything read when a stream opens, and not for each that breaks at once", () => {
    const outage = new Outage();
    expect([outage.opened(), outage.lasted()]).toEqual([false, false]);
    outage.broke();
    expect(outage.opened()).toBe(true);
    for (let tries = 0; tries < 20; tries++) {
      outage.broke();
      expect(outage.opened()).toBe(false);
    }
    expect(outage.lasted()).toBe(true);
    expect(outage.lasted()).toBe(false);
    outage.broke();
    expect(outage.opened()).toBe(true);
  });
});

describe("a live connection", () => {
  let server: Server;
  let answers: ((req: IncomingMessage, res: ServerResponse) => void)[];
  let asked: IncomingMessage[];
  let opened: LiveConnection;
  const heard = { states: [] as string[], whys: [] as (string | undefined)[], messages: [] as string[], loggedOut: 0 };

  beforeEach(async () => {
    answers = [];
    asked = [];
    Object.assign(heard, { states: [], whys: [], messages: [], loggedOut: 0 });
    server = createServer((req, res) => {
      asked.push(req);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(req, res);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    opened.close();
    server.closeAllConnections();
    server.close();
  });

  const connect = () => {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    opened = new LiveConnection(
      { path: `${origin}/stream?machines=m`, shortPath: `${origin}/stream` },
      {
        message: ({ type }) => heard.messages.push(type),
        state: (state, why) => {
          heard.states.push(state);
          heard.whys.push(why);
        },
        broke: () => undefined,
        lasted: () => heard.messages.push("lasted"),
        loggedOut: () => (heard.loggedOut += 1),
      },
    );
  };
  const stream = (res: ServerResponse, ...messages: string[]) => {
    res.writeHead(200, { "content-type": "text/event-stream" });
    res.write(`event: hello\ndata: {"node_id":"a"}\n\n${messages.join("")}`);
  };

  it("goes on behind the last event after a break", async () => {
    answers = [
      (_req, res) => {
        stream(res, 'id: e7\nevent: event\ndata: {"id":7}\n\n');
        res.end();
      },
      (_req, res) => {
        stream(res);
      },
    ];
    connect();
    await waitFor(() => heard.states.at(-1) === "live" && asked.length === 2, { what: "the second stream" });
    expect(heard.states).toEqual(["live", "reconnecting", "live"]);
    expect(heard.messages).toEqual(["hello", "event", "hello"]);
    expect(asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "e7"]);
  });

  it("says within two seconds that a server is silent, and that it is not", async () => {
    let first: ServerResponse | undefined;
    answers = [
      (_req, res) => {
        first = res;
        stream(res);
      },
    ];
    connect();
    await waitFor(() => heard.states.at(-1) === "live", { what: "the stream" });
    const liveAt = performance.now();
    await waitFor(() => heard.states.at(-1) === "reconnecting", { what: "the word" });
    expect(performance.now() - liveAt).toBeLessThan(3_000);
    first?.write(":\n\n");
    await waitFor(() => heard.states.at(-1) === "live", { what: "the other word" });
    expect(asked).toHaveLength(1);
    await waitFor(() => asked.length === 2, { what: "another try" });
  });

  it("waits longer and longer for a server that opens streams only to end them, until one lasts", async () => {
    answers = [
      (_req, res) => {
        stream(res);
        if (asked.length < 5) res.end();
        else setInterval(() => res.write(":\n\n"), 500).unref();
      },
    ];
    const startedAt = performance.now();
    connect();
    await waitFor(() => asked.length === 5, { what: "five streams" });
    // Half of 0.3 + 0.6 + 1.2 + 2.4 seconds at least; tries without pauses between them take 0.6.
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    await waitFor(() => heard.messages.includes("lasted"), { what: "one that lasts" });
    expect(heard.messages.filter((message) => message === "lasted")).toHaveLength(1);
  });

  it("goes without machines where the address is too long, and says so", async () => {
    answers = [
      (_req, res) => res.writeHead(414).end(),
      (_req, res) => {
        stream(res);
      },
    ];
    connect();
    await waitFor(() => heard.states.at(-1) === "live", { what: "the shorter stream" });
    expect(asked.map(({ url }) => url)).toEqual(["/stream?machines=m", "/stream"]);
    expect(heard.whys).toEqual([expect.stringContaining("too long")]);
  });

  it("tries again while the server cannot, seldom where it will not, and passes on what it says", async () => {
    const error = "The database cannot be reached at the moment; try again shortly.";
    answers = [
      (_req, res) => res.writeHead(503).end(JSON.stringify({ error, code: "BACKEND_UNAVAILABLE" })),
      (_req, res) => res.writeHead(404).end(),
    ];
    connect();
    await waitFor(() => heard.states.at(-1) === "stopped", { what: "the end" });
    expect(heard.states).toEqual(["reconnecting", "stopped"]);
    expect(heard.whys).toEqual([error, "The server answered with status 404."]);
    expect(asked).toHaveLength(2);
  });

  it("says that the login has ended", async () => {
    answers = [(_req, res) => res.writeHead(401).end()];
    connect();
    await waitFor(() => heard.states.at(-1) === "stopped", { what: "the end" });
    expect(heard.loggedOut).toBe(1);
  });
});
