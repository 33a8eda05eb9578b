// The ceiling: a bare server that does with a report only what cannot be left out. No checks, no limits, no repeats.
import { createDecipheriv, createSecretKey } from "node:crypto";
import { createServer } from "node:http";
import { commitToPostgres } from "./commit-to-postgres.mjs";
import { commitToSqlite } from "./commit-to-sqlite.mjs";
import { reportRow } from "./report-row.mjs";

/** As in the node. */
const MAX_BATCH = 250;

// Its keys are those of one run, made for it.
const {
  CEILING_PORT,
  CEILING_URL,
  CEILING_PATH,
  CEILING_FERNET = "",
  CEILING_PAYLOAD = "",
  CEILING_DETAIL,
} = process.env;
const payloadKey = createSecretKey(Buffer.from(CEILING_PAYLOAD, "base64"));
const shared = { key: CEILING_FERNET, detailMs: Number(CEILING_DETAIL) };
const commit = CEILING_URL
  ? await commitToPostgres({ ...shared, url: CEILING_URL })
  : commitToSqlite({ ...shared, path: CEILING_PATH ?? "" });

/** @type {{ row: import("./report-row.mjs").ReportRow, res: import("node:http").ServerResponse }[]} */
let waiting = [];
let committing = false;

async function commitAll() {
  committing = true;
  while (waiting.length > 0) {
    const batch = waiting.slice(0, MAX_BATCH);
    waiting = waiting.slice(MAX_BATCH);
    await commit(batch.map(({ row }) => row));
    for (const { res } of batch) {
      res.writeHead(200, { "Content-Type": "application/json", "Content-Length": 15 });
      res.end('{"status":"ok"}');
    }
  }
  committing = false;
}

createServer((req, res) => {
  /** @type {Buffer[]} */
  const chunks = [];
  req.on("data", (chunk) => chunks.push(chunk));
  req.on("end", () => {
    const { nonce, ciphertext } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const sealed = Buffer.from(ciphertext, "base64");
    const decipher = createDecipheriv("aes-256-gcm", payloadKey, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = decipher.update(sealed.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
    waiting.push({ row: reportRow(JSON.parse(plain)), res });
    if (!committing) void commitAll();
  });
}).listen(Number(CEILING_PORT), "127.0.0.1", () => console.log("listening"));
