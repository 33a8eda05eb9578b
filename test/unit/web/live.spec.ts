import { QueryClient } from "@tanstack/react-query";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { keys } from "../../../dashboard/src/api/keys.ts";
import type { EventList, Machine, MachineList } from "../../../dashboard/src/api/types.ts";
import { applyMessage } from "../../../dashboard/src/live/apply-message.ts";
import { LiveConnection } from "../../../dashboard/src/live/live-connection.ts";
import { joinInterests, streamPath } from "../../../dashboard/src/live/messages.ts";
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

  beforeEach(() => {
    queries = new QueryClient();
  });

  it("changes rows in place, keeps their trends, and adds none", () => {
    const trend = { step: 60, cpu: [1], memory: [2] };
    const list: MachineList = {
      machines: [machine("a", 1), { ...machine("b", 2), trend }],
      total: 2,
      next_cursor: null,
    };
    queries.setQueryData(keys.machineList({}), list);
    applyMessage(queries, { type: "machines", data: { machines: [machine("b", 50), machine("c", 3)], removed: [] } });
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
    applyMessage(queries, { type: "machines", data: { machines: ids.map((id) => machine(id, 50)), removed: [] } });
    expect(changed).toEqual([keys.machineList({})]);
    expect(queries.getQueryData(keys.machineList({ q: "other" }))).toBe(other);
  });

  it("adds an event to the newest once, and leaves lists with filters to the server", () => {
    const event = (id: number) => ({ id, at: "", kind: "x", subject: "", actor: null, address: null, details: null });
    const latest = [...keys.latestEvents, {}];
    const filtered = [...keys.events, { kind: "node" }];
    queries.setQueryData<EventList>(latest, { events: [event(1)], next_cursor: null });
    queries.setQueryData<EventList>(filtered, { events: [], next_cursor: null });
    for (const id of [2, 2]) applyMessage(queries, { type: "event", data: event(id) });
    expect(queries.getQueryData<EventList>(latest)?.events.map(({ id }) => id)).toEqual([2, 1]);
    expect(queries.getQueryState(filtered)?.isInvalidated).toBe(true);
    expect(queries.getQueryState(latest)?.isInvalidated).toBe(false);
  });

  it("has a machine that was removed asked for again", () => {
    queries.setQueryData(keys.machine("a"), machine("a", 1));
    applyMessage(queries, { type: "machines", data: { machines: [], removed: ["a"] } });
    expect(queries.getQueryState(keys.machine("a"))?.isInvalidated).toBe(true);
  });
});

describe("a live connection", () => {
  let server: Server;
  let answers: ((req: IncomingMessage, res: ServerResponse) => void)[];
  let asked: IncomingMessage[];
  let opened: LiveConnection;
  const heard = { states: [] as string[], messages: [] as string[], loggedOut: 0 };

  beforeEach(async () => {
    answers = [];
    asked = [];
    Object.assign(heard, { states: [], messages: [], loggedOut: 0 });
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
    opened = new LiveConnection(`http://127.0.0.1:${port}/stream`, {
      message: ({ type }) => heard.messages.push(type),
      state: (state) => heard.states.push(state),
      loggedOut: () => (heard.loggedOut += 1),
    });
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

  it("leaves a server that went silent", async () => {
    answers = [
      (_req, res) => {
        stream(res);
      },
    ];
    connect();
    await waitFor(() => asked.length === 2, { what: "another try", timeoutMs: 15_000 });
    expect(heard.states.slice(0, 2)).toEqual(["live", "reconnecting"]);
  });

  it("tries again while the server cannot, and not where it will not", async () => {
    answers = [(_req, res) => res.writeHead(503).end(), (_req, res) => res.writeHead(400).end()];
    connect();
    await waitFor(() => heard.states.at(-1) === "stopped", { what: "the end" });
    expect(heard.states).toEqual(["reconnecting", "stopped"]);
    expect(asked).toHaveLength(2);
  });

  it("says that the login has ended", async () => {
    answers = [(_req, res) => res.writeHead(401).end()];
    connect();
    await waitFor(() => heard.states.at(-1) === "stopped", { what: "the end" });
    expect(heard.loggedOut).toBe(1);
  });
});
