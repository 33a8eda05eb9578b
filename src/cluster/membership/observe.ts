import type { IssuedStart } from "../../database/incarnations.js";
import type { NodeRecord, OpenedRecord, RejectionReason } from "../node-record.js";
import { DATABASE } from "../settings/compare-settings.js";
import { type Judgement, judgeFirstSight, judgeProgress, judgeSilence } from "./judge.js";
import type { MembershipLimits } from "./limits.js";

/** A moment on the observer's own two clocks. Only the monotonic one decides anything. */
export interface Moment {
  readonly monotonicMs: number;
  /** Milliseconds since 1970 UTC, to show to people. */
  readonly wallMs: number;
}

export function moment(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

interface NodeView extends Judgement {
  /** The newest record that was believed. */
  readonly record: NodeRecord;
  /** When it was seen to advance; at first sight, when the backend says that it was written. */
  readonly advancedAt: Moment;
}

/** What one observer knows of the other nodes. */
export interface ClusterView {
  /** When this observer began to look. */
  readonly since: number;
  /** The last successful read, on the monotonic clock. */
  readonly readAt: number;
  readonly nodes: ReadonlyMap<string, NodeView>;
  /** Node ids under which the last reading found the record of another database, and how old it was (milliseconds). */
  readonly strangers: ReadonlyMap<string, number>;
}

/** One successful reading of the registry. */
export interface Reading {
  /** When it was asked for: the answer is at least as new. */
  readonly at: Moment;
  readonly entries: readonly { readonly nodeId: string; readonly ageMs: number; readonly opened: OpenedRecord }[];
  /** The newest start of each node id, as far as the database had told before the registry was asked. */
  readonly issued: ReadonlyMap<string, IssuedStart>;
  /** The fingerprint of this observer's database. */
  readonly database: string | undefined;
}

export interface Rejection {
  readonly nodeId: string;
  readonly reason: RejectionReason;
  /** Of the record where its signature is right, else the newest of that node id; 0 where there is none. */
  readonly incarnation: number;
}

export interface Observation {
  readonly view: ClusterView;
  readonly rejections: readonly Rejection[];
  /** Node ids whose records are to be taken out of the registry. */
  readonly forgotten: readonly string[];
}

export function emptyView(now: Moment): ClusterView {
  return { since: now.monotonicMs, readAt: now.monotonicMs, nodes: new Map(), strangers: new Map() };
}

/** Takes one reading in: who advanced, who was silent, whose record is not believed, who has been gone for too long. */
export function observe(view: ClusterView, reading: Reading, limits: MembershipLimits): Observation {
  const gapMs = reading.at.monotonicMs - view.readAt;
  const nodes = new Map<string, NodeView>();
  const forgotten: string[] = [];
  const rejections: Rejection[] = [];
  const strangers = new Map<string, number>();

  for (const [nodeId, node] of view.nodes) nodes.set(nodeId, { ...node, ...judgeSilence(node, gapMs, limits) });
  for (const { nodeId, ageMs, opened } of reading.entries) {
    const known = view.nodes.get(nodeId)?.record;
    const issued = reading.issued.get(nodeId);
    const news = newsIn(opened, known, issued, reading.database);
    if (news === undefined) continue;
    if (typeof news !== "string") {
      nodes.set(nodeId, known ? advanced(news, reading.at) : firstSeen(news, ageMs, reading.at, limits));
      continue;
    }
    if (news === "database") strangers.set(nodeId, ageMs);
    // What a node left behind in an earlier life is no forgery; nobody wrote it since this observer began to look.
    const mayBeLeftBehind = news === "incarnation" || news === "sequence" || news === "database";
    const leftBehind = mayBeLeftBehind && !known && ageMs >= reading.at.monotonicMs - view.since;
    const incarnation = opened.record?.incarnation ?? issued?.incarnation ?? 0;
    if (!leftBehind) rejections.push({ nodeId, reason: news, incarnation });
    if (ageMs >= Math.max(limits.forgetAfterMs, limits.nodeTimeoutMs)) forgotten.push(nodeId);
  }
  for (const [nodeId, { verdict, silenceMs, record }] of nodes) {
    if ((verdict === "inactive" || record.state === "stopped") && silenceMs >= limits.forgetAfterMs) {
      nodes.delete(nodeId);
      forgotten.push(nodeId);
    }
  }
  return { view: { since: view.since, readAt: reading.at.monotonicMs, nodes, strangers }, rejections, forgotten };
}

/** The record that is newer than the one known, the reason not to believe it, or undefined where nothing is new. */
function newsIn(
  { record, rejected }: OpenedRecord,
  known: NodeRecord | undefined,
  issued: IssuedStart | undefined,
  database: string | undefined,
): NodeRecord | RejectionReason | undefined {
  if (rejected) return rejected;
  // Another database numbers its starts anew: nothing can be compared. Where only it knows the node id, its word is taken.
  const foreign = isOfOtherDatabase(record, database);
  if (foreign && (issued || (known && !isOfOtherDatabase(known, database)))) return "database";
  const progress = judgeProgress(record, known, issued);
  if (progress === "unchanged") return undefined;
  return progress === "advanced" ? record : progress;
}

/** Whether a verified record says so; one of a version that says nothing is taken for one of ours. */
export function isOfOtherDatabase({ fingerprints }: NodeRecord, database: string | undefined): boolean {
  const theirs = fingerprints?.[DATABASE];
  return theirs !== undefined && theirs !== database;
}

function advanced(record: NodeRecord, at: Moment): NodeView {
  return { record, verdict: "live", silenceMs: 0, advancedAt: at };
}

function firstSeen(record: NodeRecord, ageMs: number, at: Moment, limits: MembershipLimits): NodeView {
  const advancedAt = { monotonicMs: at.monotonicMs - ageMs, wallMs: at.wallMs - ageMs };
  return { record, ...judgeFirstSight(ageMs, limits), advancedAt };
}
