import { EventEmitter, once } from "node:events";
import { createServer, request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { FleetError } from "../../../src/common/fleet-error.js";
import { BodyReader } from "../../../src/fleet/ingest/read-body.js";
import { tooLarge } from "../../../src/fleet/ingest/report-errors.js";
import { onCleanup } from "../../support/cleanup.js";
import { HttpClient } from "../../support/http-client.js";
import { waitFor } from "../../support/wait-for.js";

const LIMIT = 100_000;
const limit = { bytes: LIMIT, exceeded: () => tooLarge(LIMIT) };

/** A server that answers with the length of the body, or the code of what was wrong. */
async function server(maxHeldBytes: number, use: (body: Buffer) => Promise<void> = () => Promise.resolve()) {
  const bodies = new BodyReader(maxHeldBytes);
  const outcomes: string[] = [];
  const http = createServer((req, res) => {
    const read = bodies.read(req, limit, async (body) => {
      await use(body);
      return String(body.length);
    });
    const failed = (error: unknown) => (error instanceof FleetError ? error.code : String(error));
    void read.catch(failed).then((outcome) => {
      outcomes.push(outcome);
      res.end(outcome);
    });
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const client = new HttpClient(`http://127.0.0.1:${port}`);
  onCleanup(() => {
    client.close();
    http.close();
  });
  const post = async (body: Buffer, headers: Record<string, string> = {}) =>
    (await client.post("/", { body, headers })).text;
  return { port, post, outcomes };
}

describe("BodyReader", () => {
  const gzip = { "content-encoding": "gzip" };
  const noise = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * index * 31) % 251));

  it.each<[string, Buffer, Record<string, string>, string]>([
    ["a body", Buffer.alloc(10), {}, "10"],
    ["no body", Buffer.alloc(0), {}, "0"],
    ["the largest body", Buffer.alloc(LIMIT), {}, String(LIMIT)],
    ["a larger one", Buffer.alloc(LIMIT + 1), {}, "REPORT_TOO_LARGE"],
    ["a small packed body", gzipSync(Buffer.alloc(1000)), gzip, "1000"],
    ["a small packed body that is too large unpacked", gzipSync(Buffer.alloc(LIMIT + 1)), gzip, "REPORT_TOO_LARGE"],
    ["a small damaged packed body", gzipSync(Buffer.alloc(1000)).subarray(0, -3), gzip, "INCOMPLETE_BODY"],
    ["a large packed body", gzipSync(noise, { level: 0 }), { "content-encoding": "x-gzip" }, "60000"],
    [
      "a large packed body that is too large unpacked",
      gzipSync(Buffer.concat([noise, Buffer.alloc(LIMIT)]), { level: 1, strategy: 2 }),
      gzip,
      "REPORT_TOO_LARGE",
    ],
    ["a large damaged packed body", gzipSync(noise, { level: 0 }).subarray(0, -3), gzip, "INCOMPLETE_BODY"],
    ["an encoding that nobody asked for", Buffer.alloc(10), { "content-encoding": "br" }, "UNSUPPORTED_ENCODING"],
  ])("judges %s", async (_what, body, headers, outcome) => {
    const { post } = await server(10 * LIMIT);
    expect(await post(body, headers)).toBe(outcome);
  });

  it("refuses bodies that together would hold too much, and takes them again when the others are done", async () => {
    const done = new EventEmitter();
    const held = once(done, "done").then(() => undefined);
    let using = 0;
    const { post } = await server(50_000, (body) => {
      using += 1;
      return body.length === 30_000 ? held : Promise.resolve();
    });
    const first = post(Buffer.alloc(30_000));
    await waitFor(() => using === 1, { what: "the first body to be read" });
    expect(await post(Buffer.alloc(20_001))).toBe("OVERLOADED");
    expect(await post(gzipSync(Buffer.alloc(20_001)), gzip)).toBe("OVERLOADED");
    expect(await post(Buffer.alloc(20_000))).toBe("20000");
    done.emit("done");
    expect(await first).toBe("30000");
    expect(await post(Buffer.alloc(50_000))).toBe("50000");
  });

  it("counts a body of unknown length while it comes, and lets its client send it all and read the answer", async () => {
    const { port } = await server(10 * LIMIT);
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = request({ port, method: "POST" }, (res) => res.setEncoding("utf8").on("data", resolve));
      sent.on("error", reject);
      for (let chunk = 0; chunk < 300; chunk++) sent.write(Buffer.alloc(10_000));
      sent.end();
    });
    expect(answer).toBe("REPORT_TOO_LARGE");
  });

  it("gives up a body whose client goes away", async () => {
    const { port, outcomes } = await server(10 * LIMIT);
    const socket = connect(port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf of it", () => socket.destroy());
    await waitFor(() => outcomes.length === 1, { what: "the server to notice" });
    expect(outcomes).toEqual(["INCOMPLETE_BODY"]);
  });
});
