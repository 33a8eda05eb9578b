import { DATABASE, type Fingerprints, REGISTRY, SESSION_STORE } from "./compare-settings.js";

/** Data would part, or people be logged out at every other request, if nodes with different ones served side by side. */
const places = [DATABASE, SESSION_STORE, REGISTRY];

/** Another node that is alive, as its signed record tells. */
export interface Peer {
  readonly nodeId: string;
  readonly fingerprints: Fingerprints;
  /** Whether it has been admitted itself; undefined of a version that does not tell. */
  readonly admitted: boolean | undefined;
}

export interface AdmissionView {
  readonly nodeId: string;
  readonly own: Fingerprints;
  readonly peers: readonly Peer[];
  /** Whether the registry holds fresh records that were signed on another database. */
  readonly strangers: boolean;
}

/** `refused` names the places that differ; `open` means that nothing is known against the node, but not all is known. */
export type Admission =
  { readonly verdict: "admitted" | "open" } | { readonly verdict: "refused"; readonly places: readonly string[] };

/**
 * Whether a node that joins may serve beside those that run. Of two that start together on different places the one with
 * the lower id goes first. Records that cannot be verified count only where no other says anything: whoever can write to
 * the registry could forge them, and must not be able to keep a node away from its own.
 */
export function judgeAdmission({ nodeId, own, peers, strangers }: AdmissionView): Admission {
  const judges = peers.filter((peer) => peer.admitted !== false || peer.nodeId < nodeId);
  const differing = places.filter((place) => differs(own, judges, place));
  if (differing.length > 0) return { verdict: "refused", places: differing };
  if (strangers && judges.length === 0) return { verdict: "refused", places: [DATABASE] };
  return { verdict: places.every((place) => isCertain(own, judges, place)) ? "admitted" : "open" };
}

/** Known here, and to somebody else where there is anybody else. */
function isCertain(own: Fingerprints, judges: readonly Peer[], place: string): boolean {
  const isKnown = ({ fingerprints }: Peer) => fingerprints[place] !== undefined;
  return own[place] !== undefined && (judges.length === 0 || judges.some(isKnown));
}

/** Where the others do not agree among themselves, one that has the same is enough. */
function differs(own: Fingerprints, judges: readonly Peer[], place: string): boolean {
  const value = own[place];
  const others = judges.map(({ fingerprints }) => fingerprints[place]).filter((other) => other !== undefined);
  return value !== undefined && others.length > 0 && !others.includes(value);
}
