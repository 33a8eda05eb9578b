import type { AnyClusterStatus, FleetEvent, Machine, Summary } from "../api/types.ts";

/** What a page wants to hear of. */
export interface LiveInterest {
  /** Machine ids that are on screen. */
  readonly machines?: readonly string[];
  /** Counts and means of the whole fleet. */
  readonly fleet?: boolean;
  readonly events?: boolean;
  readonly nodes?: boolean;
}

/** What the stream tells, by its event's name (`GET /api/fleet/stream`). */
export type LiveMessage =
  | { readonly type: "hello"; readonly data: { readonly node_id: string | null } }
  | {
      readonly type: "machines";
      readonly data: { readonly machines: readonly Machine[]; readonly removed: readonly string[] };
    }
  | { readonly type: "summary"; readonly data: Summary }
  | { readonly type: "event"; readonly data: FleetEvent }
  | { readonly type: "nodes"; readonly data: AnyClusterStatus }
  | { readonly type: "end"; readonly data: { readonly reason: string } };

/** The server watches so many machines for one stream. */
const MOST_MACHINES = 100;
/** Proxies take request lines of 8 KB, and ids may be long: what does not fit is not watched. */
const MOST_ID_CHARACTERS = 5_000;

/** All interests of one page as one. */
export function joinInterests(interests: readonly LiveInterest[]): LiveInterest {
  const machines = fitting(new Set(interests.flatMap(({ machines = [] }) => machines)));
  const any = (name: "fleet" | "events" | "nodes") => interests.some((interest) => interest[name] === true);
  return {
    machines: machines.sort(),
    fleet: any("fleet"),
    events: any("events"),
    nodes: any("nodes"),
  };
}

function fitting(ids: ReadonlySet<string>): string[] {
  let left = MOST_ID_CHARACTERS;
  return [...ids].slice(0, MOST_MACHINES).filter((id) => {
    left -= inAddress(id).length;
    return left >= 0;
  });
}

/** Encoded once to stand between commas, and once more as part of the query string. */
function inAddress(id: string): string {
  return `${encodeURIComponent(encodeURIComponent(id))}%2C`;
}

/** The stream's address; equal interests have equal addresses. */
export function streamPath({ machines = [], fleet, events, nodes }: LiveInterest): string {
  const query = new URLSearchParams();
  if (machines.length > 0) query.set("machines", machines.map(encodeURIComponent).join(","));
  if (fleet) query.set("fleet", "true");
  if (events) query.set("events", "true");
  if (nodes) query.set("nodes", "true");
  return `/api/fleet/stream?${query.toString()}`;
}
