import { Injectable } from "@nestjs/common";
import type { Machine } from "../fleet/machines/machine-answer.js";
import { MachinesService } from "../fleet/machines/machines.service.js";
import type { Reader } from "./reader.js";

/** The store is asked for so many at once. */
const MOST_AT_ONCE = 500;
/** What a node says of new reports may be lost on its way, and nobody knows: so often everything watched is read anyway. */
const READ_ALL_EVERY_MS = 15_000;

/** Tells readers of the machines that they watch: one question for all of them, however many watch. */
@Injectable()
export class MachineFeed {
  private readonly known = new Map<string, Machine>();
  private dirty = new Set<string>();
  private readAllAtMs = 0;

  constructor(private readonly machines: MachinesService) {}

  /** What a new reader watches is told to it at the next turn, changed or not. */
  joined({ watched }: Reader): void {
    for (const id of watched) this.dirty.add(id);
  }

  changed(ids: ReadonlySet<string> | "any", readers: ReadonlySet<Reader>): void {
    for (const { watched } of readers) {
      for (const id of watched) if (ids === "any" || ids.has(id)) this.dirty.add(id);
    }
  }

  /** Reads what may have changed and tells whoever watches it. What fails is tried again at the next turn. */
  async turn(readers: ReadonlySet<Reader>): Promise<void> {
    this.look(readers);
    const asked = [...this.dirty].slice(0, MOST_AT_ONCE);
    for (const id of asked) this.dirty.delete(id);
    try {
      if (asked.length > 0) this.take(asked, await this.machines.some(asked));
    } catch (error) {
      for (const id of asked) this.dirty.add(id);
      throw error;
    }
    for (const reader of readers) this.tell(reader);
  }

  private take(asked: readonly string[], found: readonly Machine[]): void {
    const before = new Map(asked.map((id) => [id, this.known.get(id)]));
    for (const id of asked) this.known.delete(id);
    for (const machine of found) {
      const known = before.get(machine.machine_id);
      // Every report moves the time; without a bus machines are read again and again, and most have not changed.
      const isSame =
        known?.last_seen === machine.last_seen &&
        known.status === machine.status &&
        known.id_conflict === machine.id_conflict;
      this.known.set(machine.machine_id, isSame ? known : machine);
    }
  }

  /**
   * Forgets what nobody watches any more. A machine that seems to have become late or offline is read first: only the
   * database knows whether it has reported to another node since.
   */
  private look(readers: ReadonlySet<Reader>): void {
    const watched = new Set([...readers].flatMap((reader) => [...reader.watched]));
    for (const [id, machine] of this.known) {
      if (!watched.has(id)) this.known.delete(id);
      else if (this.machines.statusNow(machine) !== machine.status) this.dirty.add(id);
    }
    if (performance.now() < this.readAllAtMs) return;
    this.readAllAtMs = performance.now() + READ_ALL_EVERY_MS;
    for (const id of watched) this.dirty.add(id);
  }

  /** What the reader was told before is the same object as long as nothing has changed. */
  private tell(reader: Reader): void {
    if (reader.stream.isSlow) return;
    const machines: Machine[] = [];
    const removed: string[] = [];
    for (const id of reader.watched) {
      const machine = this.known.get(id);
      if (machine === undefined) {
        if (!this.dirty.has(id) && reader.toldMachines.delete(id)) removed.push(id);
      } else if (reader.toldMachines.get(id) !== machine) {
        reader.toldMachines.set(id, machine);
        machines.push(machine);
      }
    }
    if (machines.length > 0 || removed.length > 0)
      reader.stream.send({ event: "machines", data: { machines, removed } });
  }
}
