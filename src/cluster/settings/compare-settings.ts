/** A node's fingerprints, by what was compared. What a node does not know (yet) is not in them. */
export type Fingerprints = Readonly<Record<string, string>>;

/** The places that all nodes must share, as they are named beside settings. */
export const DATABASE = "database";
export const SESSION_STORE = "session store";
export const REGISTRY = "registry";

/**
 * Names, for each node, in what it differs from most of the others. Where no value is held by more nodes than any
 * other, all that hold one are named: nobody can tell which of them is wrong. By node id, in alphabetical order.
 */
export function differingSettings(nodes: ReadonlyMap<string, Fingerprints>): ReadonlyMap<string, readonly string[]> {
  const names = new Set([...nodes.values()].flatMap((fingerprints) => Object.keys(fingerprints)));
  const differing = new Map<string, string[]>([...nodes.keys()].map((nodeId) => [nodeId, []]));
  for (const name of [...names].sort()) {
    for (const nodeId of oddOnes(nodes, name)) differing.get(nodeId)?.push(name);
  }
  return differing;
}

function oddOnes(nodes: ReadonlyMap<string, Fingerprints>, name: string): readonly string[] {
  const holders = new Map<string, string[]>();
  for (const [nodeId, { [name]: value }] of nodes) {
    if (value !== undefined) holders.set(value, [...(holders.get(value) ?? []), nodeId]);
  }
  const [most, second] = [...holders.values()].sort((one, other) => other.length - one.length);
  if (most === undefined || second === undefined) return [];
  const agreed = most.length > second.length ? most : [];
  return [...holders.values()].filter((group) => group !== agreed).flat();
}
