import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from "@nestjs/common";
import {
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";
import { explainFailure } from "../common/explain-failure.js";
import { MONITORING_CONFIG, type MonitoringConfig } from "../config/config.module.js";
import { BackgroundReading } from "./background-reading.js";

/**
 * The metrics of this node, which each module declares beside the code that they count. Counting costs less than a
 * microsecond, whether anybody asks or not; what costs more is for those who look at `enabled`. Labels are bounded: never a
 * path, an id or a name that a client chose.
 */
@Injectable()
export class Metrics implements OnApplicationBootstrap, OnModuleDestroy {
  /** Whether anybody can ask for them. */
  readonly enabled: boolean;
  private readonly logger = new Logger("Metrics");
  private readonly registry = new Registry();
  private readonly refreshers: (() => void)[] = [];
  private readonly readings: BackgroundReading<unknown>[] = [];

  constructor(@Inject(MONITORING_CONFIG) { enabled }: Pick<MonitoringConfig, "enabled">) {
    this.enabled = enabled;
  }

  counter<Label extends string>(config: CounterConfiguration<Label>): Counter<Label> {
    return new Counter({ ...config, registers: [this.registry] });
  }

  gauge<Label extends string>(config: GaugeConfiguration<Label>): Gauge<Label> {
    return new Gauge({ ...config, registers: [this.registry] });
  }

  histogram<Label extends string>(config: HistogramConfiguration<Label>): Histogram<Label> {
    return new Histogram({ ...config, registers: [this.registry] });
  }

  /** Has `refresh` set its gauges before each answer; from memory, for it cannot wait. */
  beforeScrape(refresh: () => void): void {
    this.refreshers.push(refresh);
  }

  /** A figure that must be asked for, read in the background where metrics are served at all. */
  inBackground<T>(read: () => Promise<T>): BackgroundReading<T> {
    const reading = new BackgroundReading(read);
    this.readings.push(reading);
    return reading;
  }

  onApplicationBootstrap(): void {
    if (this.enabled) for (const reading of this.readings) reading.start();
  }

  onModuleDestroy(): void {
    for (const reading of this.readings) reading.stop();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All of them as they are now, in Prometheus' text format 0.0.4. Waits for nothing outside this process. */
  async text(): Promise<string> {
    for (const refresh of this.refreshers) {
      try {
        refresh();
      } catch (error) {
        // The other metrics are as good as ever.
        this.logger.error(`Some metrics are out of date: ${explainFailure(error)}`);
      }
    }
    return this.registry.metrics();
  }

  /** For metrics that a library declares itself. */
  get register(): Registry {
    return this.registry;
  }
}

/** Sets a gauge without labels, or takes it out of the answer where its value is not known: no figure is better than a wrong one. */
export function showIfKnown(gauge: Gauge, value: number | null | undefined): void {
  if (value === null || value === undefined) gauge.remove();
  else gauge.set(value);
}
