import type { AlertsConfig, MachinesConfig } from "../../config/config.module.js";
import type { FigureKind } from "../alert-kinds.js";

export interface FigureRule {
  readonly above: number;
  readonly forMs: number;
}

/** The limits of one machine; null where a rule is off. */
export type MachineLimits = Readonly<Record<FigureKind, FigureRule | null>> & {
  readonly offlineAfterMs: number | null;
};

/** Silence after which a machine is called offline, unless a tag says otherwise; in seconds. */
export function offlineAfter(alerts: AlertsConfig, machines: Pick<MachinesConfig, "offline_after">): number {
  return alerts.machine_offline.after ?? 2 * machines.offline_after;
}

/** Which limits a machine has by its tags: of several overrides that fit, the first that names a rule counts. */
export class RuleTable {
  /** Of a machine without a tag that anything is said about. */
  readonly common: MachineLimits;
  /** The least that any machine has, to look for candidates by; infinite where a rule is off for all. */
  readonly least: Readonly<Record<FigureKind, number>>;
  /** Each silence after which some machines are called offline, the shortest first. */
  readonly offlineLimits: readonly number[];
  readonly hasOverrides: boolean;
  private readonly overrides: AlertsConfig["overrides"];

  constructor(
    private readonly alerts: AlertsConfig,
    machines: Pick<MachinesConfig, "offline_after">,
  ) {
    this.common = {
      offlineAfterMs: alerts.machine_offline.enabled ? offlineAfter(alerts, machines) * 1000 : null,
      cpu: this.figure("cpu"),
      memory: this.figure("memory"),
      disk: this.figure("disk"),
    };
    this.overrides = alerts.overrides;
    this.hasOverrides = alerts.overrides.length > 0;
    const all = [this.common, ...alerts.overrides.map(({ tag }) => this.limitsFor([tag.toLowerCase()]))];
    const leastOf = (values: readonly (number | undefined | null)[]) =>
      Math.min(Infinity, ...values.filter((value) => typeof value === "number"));
    this.offlineLimits = [...new Set(all.flatMap(({ offlineAfterMs }) => offlineAfterMs ?? []))].toSorted(
      (a, b) => a - b,
    );
    this.least = {
      cpu: leastOf(all.map(({ cpu }) => cpu?.above)),
      memory: leastOf(all.map(({ memory }) => memory?.above)),
      disk: leastOf(all.map(({ disk }) => disk?.above)),
    };
  }

  /** Whether it depends on a machine's tags when it is called offline. */
  get hasOfflineOverrides(): boolean {
    return this.overrides.some(({ machine_offline }) => machine_offline !== undefined);
  }

  /** `tags` in small letters. */
  limitsFor(tags: readonly string[]): MachineLimits {
    if (!this.hasOverrides) return this.common;
    const fitting = this.overrides.filter(({ tag }) => tags.includes(tag.toLowerCase()));
    const offline = fitting.find(({ machine_offline }) => machine_offline !== undefined)?.machine_offline;
    return {
      offlineAfterMs:
        offline === undefined || !this.alerts.machine_offline.enabled
          ? this.common.offlineAfterMs
          : offline === "off"
            ? null
            : offline.after * 1000,
      cpu: this.figureFor("cpu", fitting),
      memory: this.figureFor("memory", fitting),
      disk: this.figureFor("disk", fitting),
    };
  }

  private figureFor(kind: FigureKind, fitting: AlertsConfig["overrides"]): FigureRule | null {
    const common = this.common[kind];
    const override = fitting.find(({ [kind]: limits }) => limits !== undefined)?.[kind];
    if (override === undefined || common === null) return common;
    if (override === "off") return null;
    return {
      above: override.above ?? common.above,
      forMs: override.for === undefined ? common.forMs : override.for * 1000,
    };
  }

  private figure(kind: FigureKind): FigureRule | null {
    const { enabled, above, for: seconds } = this.alerts[kind];
    return enabled ? { above, forMs: seconds * 1000 } : null;
  }
}
