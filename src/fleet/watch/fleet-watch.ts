import { Injectable } from "@nestjs/common";
import { valueAt } from "../../common/value-at.js";
import { FleetStore } from "../store/fleet-store.js";
import type { FigureLimits, WatchedMachine } from "./machine-watch.js";

/** What a machine is called, and what it may have in common with others. */
export interface MachineFacts {
  readonly machineId: string;
  readonly name: string;
  /** In small letters. */
  readonly tags: readonly string[];
  readonly address: string | null;
  readonly os: string | null;
}

const IDS_AT_ONCE = 1000;
/** Their documents are opened. */
const FACTS_AT_ONCE = 200;

/** The fleet for those that watch over it: see MachineWatch. */
@Injectable()
export class FleetWatch {
  constructor(private readonly store: FleetStore) {}

  above(limits: FigureLimits, seenSince: number, limit: number): Promise<readonly WatchedMachine[]> {
    return this.store.watch.above(limits, seenSince, limit);
  }

  lostBetween(from: number, to: number, limit: number): Promise<readonly WatchedMachine[]> {
    return this.store.watch.lostBetween(from, to, limit);
  }

  countLost(from: number, to: number): Promise<number> {
    return this.store.watch.countLost(from, to);
  }

  of(machineIds: readonly string[]): Promise<readonly WatchedMachine[]> {
    return inChunks(machineIds, IDS_AT_ONCE, (ids) => this.store.watch.of(ids));
  }

  /** Of those that there are. */
  async facts(machineIds: readonly string[]): Promise<ReadonlyMap<string, MachineFacts>> {
    const machines = await inChunks(machineIds, FACTS_AT_ONCE, (ids) => this.store.machinesOf(ids));
    return new Map(machines.map(({ machineId, info }) => [machineId, factsOf(machineId, info)]));
  }
}

async function inChunks<T>(
  ids: readonly string[],
  size: number,
  read: (ids: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < ids.length; start += size) found.push(...(await read(ids.slice(start, start + size))));
  return found;
}

function factsOf(machineId: string, info: string | null): MachineFacts {
  const said: unknown = info === null ? {} : JSON.parse(info);
  const text = (name: string) => {
    const value = valueAt(said, [name]);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
  };
  const tags = valueAt(said, ["tags"]);
  return {
    machineId,
    name: text("hostname") ?? machineId,
    tags: Array.isArray(tags)
      ? tags.filter((tag) => typeof tag === "string").map((tag) => tag.trim().toLowerCase())
      : [],
    address: text("local_ip"),
    os: text("os"),
  };
}
