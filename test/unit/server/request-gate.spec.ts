import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import { requestGate } from "../../../src/server/request-gate.js";
import { onCleanup } from "../../support/cleanup.js";
import { type Answer, HttpClient } from "../../support/http-client.js";

async function gate() {
  const lifecycle = new NodeLifecycle();
  const server = createServer(requestGate(lifecycle, (_req, res) => res.end("served"))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new HttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onCleanup(() => {
    client.close();
    server.close();
  });
  return { lifecycle, client };
}

const addresses = [
  ["POST", "/api/fleet/report"],
  ["POST", "/api/fleet/reports"],
  ["GET", "/api/fleet/machines"],
  ["GET", "/dashboard"],
] as const;
const codeOf = ({ text }: Answer) => (text === "served" ? text : (JSON.parse(text) as { code: string }).code);

describe.each(addresses)("%s %s", (method, path) => {
  it("waits until the node serves, and is not served by one that refuses", async () => {
    const { lifecycle, client } = await gate();
    const ask = async () => {
      const answer = await client.request(method, path, { headers: { "x-request-id": "asked-1" } });
      expect(answer.headers["x-request-id"]).toBe("asked-1");
      return [codeOf(answer), answer.status, answer.headers["retry-after"], answer.headers.connection];
    };
    expect(await ask()).toEqual(["STARTING", 503, "1", "keep-alive"]);
    lifecycle.serve();
    expect(await ask()).toEqual(["served", 200, undefined, "keep-alive"]);
    lifecycle.refuse("it uses another database");
    expect(await ask()).toEqual(["NODE_REFUSES", 503, "5", "keep-alive"]);
    lifecycle.accept();
    lifecycle.drain();
    expect(await ask()).toEqual(["served", 200, undefined, "close"]);
    lifecycle.refuse("a newer process runs under this id");
    expect(await ask()).toEqual(["NODE_REFUSES", 503, "5", "close"]);
  });
});

it.each(["/health/ready", "/health/live", "/api/fleet/cluster/health?scope=ingest"])(
  "lets probes ask a node that refuses: %s",
  async (path) => {
    const { lifecycle, client } = await gate();
    lifecycle.serve();
    lifecycle.refuse("it uses another database");
    expect((await client.get(path)).text).toBe("served");
  },
);
