import type { IncomingMessage } from "node:http";
import { gunzip, gunzipSync } from "node:zlib";
import type { FleetError } from "../../common/fleet-error.js";
import { incompleteBody, overloaded, unknownEncoding } from "./report-errors.js";

/** How large a body may be, before and after unpacking. */
export interface BodyLimit {
  readonly bytes: number;
  readonly exceeded: () => FleetError;
}

/** What all bodies under way may hold together. Agents that send on without pause must not fill the memory. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;

/** Unpacked at once: a trip to the thread pool takes ten times as long as unpacking a report does. */
const SMALL_BYTES = 16 * 1024;

/** Reads the bodies of requests, unpacking gzip, and keeps count of how much memory they hold. */
export class BodyReader {
  private heldBytes = 0;

  constructor(private readonly maxHeldBytes = MAX_HELD_BYTES) {}

  /**
   * Gives what `use` makes of the whole body. Throws FleetError: `limit.exceeded()` (413), 415 for another encoding than
   * gzip, 400 for a body that breaks off, 503 where too many are under way.
   */
  async read<T>(req: IncomingMessage, limit: BodyLimit, use: (body: Buffer) => T | Promise<T>): Promise<T> {
    if (Number(req.headers["content-length"] ?? 0) > limit.bytes) throw limit.exceeded();
    const encoding = req.headers["content-encoding"] ?? "identity";
    const packed = encoding === "gzip" || encoding === "x-gzip";
    if (!packed && encoding !== "identity") throw unknownEncoding();
    let held = 0;
    const hold = (bytes: number) => {
      held += bytes;
      this.heldBytes += bytes;
      return this.heldBytes <= this.maxHeldBytes;
    };
    try {
      const received = await collect(req, limit, hold);
      if (!packed) return await use(received);
      const unpacked = await unpack(received, limit);
      if (!hold(unpacked.length)) throw overloaded();
      return await use(unpacked);
    } finally {
      this.heldBytes -= held;
    }
  }
}

function collect(req: IncomingMessage, limit: BodyLimit, hold: (bytes: number) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      const refusal = size > limit.bytes ? limit.exceeded() : hold(chunk.length) ? undefined : overloaded();
      if (refusal === undefined) {
        chunks.push(chunk);
        return;
      }
      // What still comes is read and thrown away, so that the client can finish sending and see the answer.
      req.off("data", take).resume();
      reject(refusal);
    };
    req.on("data", take);
    req.on("end", () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    req.on("error", (error) => {
      reject(incompleteBody(error));
    });
    req.on("close", () => {
      if (!req.complete) reject(incompleteBody(undefined));
    });
  });
}

function unpack(packed: Buffer, limit: BodyLimit): Promise<Buffer> {
  const options = { maxOutputLength: limit.bytes };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const tooLarge = "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
      reject(tooLarge ? limit.exceeded() : incompleteBody(error));
    };
    if (packed.length > SMALL_BYTES) {
      gunzip(packed, options, (error, body) => {
        if (error) fail(error);
        else resolve(body);
      });
      return;
    }
    try {
      resolve(gunzipSync(packed, options));
    } catch (error) {
      fail(error as Error);
    }
  });
}
