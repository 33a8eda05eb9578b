import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from "@nestjs/common";
import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "../common/fleet-error.js";
import { NodeFacts } from "../lifecycle/node-facts.js";
import { DEPENDENCIES, type Dependency, type DependencyState } from "./dependency.js";

const CHECK_EVERY_MS = 1_000;
/** A dependency that does not answer within this counts as down. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * Asks every dependency each second in the background and remembers the answers, so that a probe is answered from
 * memory and a hung database can hang no probe. The next check of a dependency waits for the last one to end, so that
 * checks of a hung one never pile up.
 */
@Injectable()
export class DependencyMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger("Health");
  private readonly stop = new AbortController();
  private readonly known = new Map<string, DependencyState>();

  constructor(
    @Inject(DEPENDENCIES) private readonly dependencies: readonly Dependency[],
    private readonly facts: NodeFacts,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all(this.dependencies.map((dependency) => this.checkOnce(dependency)));
    for (const dependency of this.dependencies) void this.watch(dependency);
  }

  onModuleDestroy(): void {
    this.stop.abort();
  }

  /** The last known state of each dependency, by name. */
  states(): ReadonlyMap<string, DependencyState> {
    return this.known;
  }

  private async watch(dependency: Dependency): Promise<void> {
    const { signal } = this.stop;
    try {
      for (;;) {
        await sleep(CHECK_EVERY_MS, undefined, { signal });
        await this.checkOnce(dependency);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async checkOnce(dependency: Dependency): Promise<void> {
    const check = dependency.check().then(
      (): DependencyState => ({ up: true }),
      (error: unknown): DependencyState => ({ up: false, reason: reasonOf(dependency.name, error) }),
    );
    const silent: DependencyState = { up: false, reason: `The ${dependency.name} does not answer.` };
    const timeout = sleep(CHECK_TIMEOUT_MS, silent, { ref: false });
    this.note(dependency, await Promise.race([check, timeout]));
    this.note(dependency, await check);
  }

  private note(dependency: Dependency, state: DependencyState): void {
    const before = this.known.get(dependency.name);
    this.known.set(dependency.name, state);
    this.facts.dependencies = Object.fromEntries([...this.known].map(([name, { up }]) => [name, up ? "up" : "down"]));
    if (before?.up === state.up || (before === undefined && state.up)) return;
    if (state.up) this.logger.log(`The ${dependency.name} is up again`);
    else this.logger.warn(`The ${dependency.name} is down: ${state.reason ?? "no reason given"}`);
  }
}

/** Only words meant for clients: the probe is public. */
function reasonOf(name: string, error: unknown): string {
  return error instanceof FleetError ? error.message : `The ${name} cannot be used.`;
}
