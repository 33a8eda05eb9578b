import { valueAt } from "../../common/value-at.js";

/** The numbers of a report that are charted, sorted, averaged and alerted on. Null where the report has none. */
export interface Figures {
  /** Percent, 0 to 100. */
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
  /** Load average over one minute. */
  readonly load1: number | null;
  /** Counters since the machine's start; they may wrap or restart. */
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly processes: number | null;
}

/**
 * Reads the figures out of an agent's `metrics`, whose content nobody has checked. What is missing, not a number or out
 * of range is null, never zero: one odd agent must not move the fleet's means.
 */
export function figuresOf(metrics: unknown): Figures {
  return {
    cpu: percent(valueAt(metrics, ["cpu", "percent"])),
    memory: percent(valueAt(metrics, ["memory", "percent"])),
    disk: percent(valueAt(metrics, ["disk", "percent"])),
    load1: atLeastZero(valueAt(metrics, ["cpu", "load_avg", "0"])),
    bytesSent: atLeastZero(valueAt(metrics, ["network", "bytes_sent"])),
    bytesReceived: atLeastZero(valueAt(metrics, ["network", "bytes_recv"])),
    processes: atLeastZero(valueAt(metrics, ["processes", "total"])),
  };
}

/** The figures in the shape of an agent's `metrics`, without what is null. */
export function metricsOf(figures: Figures): Record<string, unknown> {
  const group = (members: Record<string, unknown>) => {
    const present = Object.entries(members).filter(([, value]) => value !== null);
    return present.length === 0 ? undefined : Object.fromEntries(present);
  };
  const groups = {
    cpu: group({ percent: figures.cpu, load_avg: figures.load1 === null ? null : [figures.load1] }),
    memory: group({ percent: figures.memory }),
    disk: group({ percent: figures.disk }),
    network: group({ bytes_sent: figures.bytesSent, bytes_recv: figures.bytesReceived }),
    processes: group({ total: figures.processes }),
  };
  return Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));
}

function percent(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= 100 ? value : null;
}

function atLeastZero(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}
