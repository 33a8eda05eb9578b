import { createHash } from "node:crypto";

/**
 * The file name for a node's record: readable for people, and by its hash different for any two ids, also where the file
 * system ignores case, forbids characters or is short of room.
 */
export function recordFileName(nodeId: string): string {
  const readable = nodeId.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 60);
  const hash = createHash("sha256").update(nodeId, "utf8").digest("hex").slice(0, 16);
  return `node-${readable}-${hash}.json`;
}

export function looksLikeRecordFile(name: string): boolean {
  return /^node-.*-[0-9a-f]{16}\.json$/.test(name);
}

export function encodeRecordFile(nodeId: string, record: string): string {
  return JSON.stringify({ node_id: nodeId, record });
}

/** What the file `name` holds, or undefined where a node did not write it under this very name. */
export function decodeRecordFile(name: string, content: string): { nodeId: string; record: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || !("node_id" in parsed) || !("record" in parsed))
    return undefined;
  const { node_id: nodeId, record } = parsed;
  if (typeof nodeId !== "string" || typeof record !== "string" || recordFileName(nodeId) !== name) return undefined;
  return { nodeId, record };
}
