import { once } from "node:events";
import { createServer } from "node:net";
import { portProblem } from "../../../scripts/start/port-check.mjs";
import { onCleanup } from "../../support/cleanup.js";
import { freePort } from "../../support/free-port.js";

async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  onCleanup(() => {
    server.close();
  });
}

describe("the check of the port", () => {
  it("finds nothing wrong with a free port, and leaves it free", async () => {
    const port = await freePort();
    expect(await portProblem("127.0.0.1", port, 1)).toBeNull();
    expect(await portProblem("127.0.0.1", port, 1)).toBeNull();
  });

  it("names the port that is taken and a free one to use instead", async () => {
    const port = await freePort();
    await occupy(port);
    const problem = await portProblem("127.0.0.1", port, 1);
    const other = Number(/npm start -- --port (\d+)$/.exec(problem ?? "")?.[1]);
    expect(problem).toContain(`Port ${port} is taken`);
    expect(other).toBeGreaterThan(port);
    expect(await portProblem("127.0.0.1", other, 1)).toBeNull();
  });

  it("looks at the ports of all nodes", async () => {
    const port = await freePort();
    await occupy(port);
    expect(await portProblem("127.0.0.1", port - 1, 2)).toContain(`Port ${port} is taken`);
  });

  it("names an address that this machine does not have", async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737).
    expect(await portProblem("192.0.2.1", 8768, 1)).toMatch(/192\.0\.2\.1.*server\.host/s);
  });
});
