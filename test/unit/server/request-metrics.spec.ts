import { IncomingMessage, ServerResponse, createServer } from "node:http";
import { type AddressInfo, Socket, connect } from "node:net";
import { once } from "node:events";
import { nameRoute } from "../../../src/common/request-route.js";
import { Metrics } from "../../../src/monitoring/metrics.js";
import { labelsOf, timeRequests } from "../../../src/server/request-metrics.js";
import { waitFor } from "../../support/wait-for.js";

interface Case {
  readonly method?: string;
  readonly url?: string;
  readonly named?: string;
  /** As Express leaves it behind. */
  readonly route?: unknown;
  readonly status?: number;
  readonly type?: string;
  readonly answered?: boolean;
}

function labels({ method = "GET", url = "/x", named, route, status = 200, type, answered = true }: Case) {
  const req = Object.assign(new IncomingMessage(new Socket()), { method, url }, route === undefined ? {} : { route });
  const res = new ServerResponse(req);
  if (named !== undefined) nameRoute(req, named);
  if (type !== undefined) res.setHeader("Content-Type", type);
  res.statusCode = status;
  if (answered) res.end();
  return labelsOf(req, res);
}

describe("the labels of a request", () => {
  it.each<[string, Case, ReturnType<typeof labelsOf>]>([
    [
      "hold the pattern of Express's route",
      { url: "/api/fleet/machine/web-01", route: { path: "/api/fleet/machine/:id" } },
      { method: "GET", route: "/api/fleet/machine/:id", status: "200" },
    ],
    [
      "hold the name of a route before Express",
      { method: "POST", named: "/api/fleet/report", status: 503 },
      { method: "POST", route: "/api/fleet/report", status: "503" },
    ],
    ["are the same for all paths that lead nowhere", { status: 404 }, { method: "GET", route: "none", status: "404" }],
    ["hold no pattern that is no text", { route: { path: /^x/ } }, { method: "GET", route: "none", status: "200" }],
    ["know few methods", { method: "PROPFIND" }, { method: "other", route: "none", status: "200" }],
    ["tell of clients that went away", { answered: false }, { method: "GET", route: "none", status: "499" }],
    ["are none for a live page", { type: "text/event-stream; charset=utf-8" }, null],
  ])("%s", (_what, request, expected) => {
    expect(labels(request)).toEqual(expected);
  });
});

describe("the time of a request", () => {
  it("is counted once, whether the client waits for the answer or not", async () => {
    const metrics = new Metrics({ enabled: true });
    const server = createServer(
      timeRequests(metrics, (req, res) => {
        if (req.url === "/answered") res.end("done");
      }),
    ).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/answered`)).text();
    const impatient = connect(port, "127.0.0.1").end("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(impatient, "connect");
    impatient.destroy();
    const counts = async () => (await metrics.text()).split("\n").filter((line) => line.includes("_count{"));
    await waitFor(async () => (await counts()).length === 2, { what: "both requests to be counted" });
    expect((await counts()).sort()).toEqual([
      'fleet_http_request_duration_seconds_count{method="GET",route="none",status="200"} 1',
      'fleet_http_request_duration_seconds_count{method="GET",route="none",status="499"} 1',
    ]);
    server.closeAllConnections();
    server.close();
  });

  it("costs nothing where nobody can ask for it", () => {
    const application = () => undefined;
    expect(timeRequests(new Metrics({ enabled: false }), application)).toBe(application);
  });
});
