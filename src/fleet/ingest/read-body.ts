import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { incompleteBody, tooLarge, unknownEncoding } from "./report-errors.js";

/**
 * Reads a request's body whole, unpacking gzip, up to `limitBytes` before and after unpacking. Throws FleetError: 413
 * past the limit, 415 for another encoding, 400 for one that breaks off.
 */
export async function readBody(req: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(req.headers["content-length"] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const encoding = req.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return collect(req, limitBytes);
  if (encoding !== "gzip" && encoding !== "x-gzip") throw unknownEncoding();
  const unpacked = createGunzip();
  req.on("error", (error) => unpacked.destroy(error));
  req.on("aborted", () => unpacked.destroy(new Error("the client went away")));
  try {
    return await collect(req.pipe(unpacked), limitBytes);
  } finally {
    req.unpipe(unpacked);
    unpacked.destroy();
  }
}

function collect(stream: Readable, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      // What still comes is read and thrown away, so that the client can finish sending and see the answer.
      chunks.length = 0;
      reject(tooLarge(limitBytes));
    });
    stream.on("end", () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    stream.on("error", (error) => {
      reject(incompleteBody(error));
    });
    stream.on("close", () => {
      reject(incompleteBody(undefined));
    });
  });
}
