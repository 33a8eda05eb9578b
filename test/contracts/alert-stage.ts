import type { DataSource } from "typeorm";
import { AlertProgress } from "../../src/alerts/evaluation/alert-progress.js";
import { Condition } from "../../src/alerts/evaluation/condition.entity.js";
import { Evaluation } from "../../src/alerts/evaluation/evaluation.js";
import { FiguresLook } from "../../src/alerts/evaluation/figures-look.js";
import { LostMachines } from "../../src/alerts/evaluation/lost-machines.js";
import { MachineTags } from "../../src/alerts/evaluation/machine-tags.js";
import { MassLosses } from "../../src/alerts/evaluation/mass-losses.js";
import { NodesLook } from "../../src/alerts/evaluation/nodes-look.js";
import { OfflineLook } from "../../src/alerts/evaluation/offline-look.js";
import { ProgressRow } from "../../src/alerts/evaluation/progress.entity.js";
import { SilentMachines } from "../../src/alerts/evaluation/silent-machines.js";
import { IncidentReader } from "../../src/alerts/incidents/incident-reader.js";
import { IncidentStore } from "../../src/alerts/incidents/incident-store.js";
import { Incident } from "../../src/alerts/incidents/incident.entity.js";
import { incidentQuery } from "../../src/alerts/incidents/incident-query.js";
import { Delivery } from "../../src/alerts/outbox/delivery.js";
import { DueNotifications } from "../../src/alerts/outbox/due-notifications.js";
import { Notification } from "../../src/alerts/outbox/notification.entity.js";
import { Outbox } from "../../src/alerts/outbox/outbox.js";
import { Receivers } from "../../src/alerts/receivers/receivers.js";
import { Silence } from "../../src/alerts/silences/silence.entity.js";
import { SilencesService } from "../../src/alerts/silences/silences.service.js";
import { AlertRetention } from "../../src/alerts/alert-retention.js";
import { type ClusterHealthCheck, StandaloneHealthCheck } from "../../src/cluster/cluster-health-check.js";
import { DatabaseClock } from "../../src/database/database-clock.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { LeaseRow } from "../../src/database/leases/lease.entity.js";
import type { Lease } from "../../src/database/leases/lease.js";
import { Leases } from "../../src/database/leases/leases.js";
import { Transactions } from "../../src/database/transactions.js";
import { EventLog } from "../../src/events/event-log.js";
import { StoredEvent } from "../../src/events/event.entity.js";
import type { AcceptedReport, FleetStore } from "../../src/fleet/store/fleet-store.js";
import { openFleetStore } from "../../src/fleet/store/fleet-store.provider.js";
import { FleetWatch } from "../../src/fleet/watch/fleet-watch.js";
import { NodeFacts } from "../../src/lifecycle/node-facts.js";
import { report } from "../support/accepted-report.js";
import { newFernetKey } from "../support/keys.js";
import { load, required, yamlOf } from "../unit/config/config-fixture.js";
import type { FleetDatabase } from "./fleet-databases.js";

class TurnedClock extends DatabaseClock {
  constructor(private readonly read: () => number) {
    super();
  }

  override nowMs(): number {
    return this.read();
  }
}

const entities = [LeaseRow, ProgressRow, Condition, Incident, Notification, Silence, StoredEvent];

/** A fleet with its alerts on one database, whose clock the test turns; each evaluator is another node. */
export class AlertStage {
  /** The database's clock. Partitions of history exist around today. */
  now = Date.now();
  readonly facts = new NodeFacts();
  private readonly clock = new TurnedClock(() => this.now);
  private readonly cipher: DocumentCipher;
  private readonly config;
  private readonly fleet: FleetWatch;
  private readonly tags: MachineTags;
  private readonly transactions: Transactions;
  private nodes = 0;
  private readonly reopened: AlertStage[] = [];

  private constructor(
    private readonly dataSource: DataSource,
    readonly store: FleetStore,
    config: ReturnType<typeof load>,
    cipher: DocumentCipher,
    private readonly database: FleetDatabase,
    private readonly key: string,
  ) {
    this.config = config;
    this.cipher = cipher;
    this.fleet = new FleetWatch(store);
    this.tags = new MachineTags(this.fleet, this.clock);
    this.transactions = new Transactions(dataSource);
  }

  /** Gives its connections back before the next stage opens. */
  async close(): Promise<void> {
    for (const stage of this.reopened) await stage.close();
    await this.transactions.onApplicationShutdown();
    await this.store.close();
  }

  /** `settings` by their paths, such as `alerts.cpu.for`. */
  static async open(
    database: FleetDatabase,
    settings: Record<string, unknown> = {},
    key = newFernetKey(),
  ): Promise<AlertStage> {
    const { options } = database;
    const place =
      options.type === "postgres"
        ? { "server.db_backend": "postgres", "server.db_url": options.url }
        : { "server.db_path": options.database };
    const config = load({ yaml: yamlOf({ ...required, ...place, "server.db_encryption_key": key, ...settings }) });
    const cipher = new DocumentCipher([key]);
    return new AlertStage(await database.open(entities), openFleetStore(config, cipher), config, cipher, database, key);
  }

  /** The same fleet after a restart with other settings; not after more than 30 seconds, which would be an absence. */
  async reopen(settings: Record<string, unknown>): Promise<AlertStage> {
    const stage = await AlertStage.open(this.database, settings, this.key);
    stage.now = this.now;
    this.reopened.push(stage);
    return stage;
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** All of these report now. */
  async report(ids: readonly string[], overrides: Partial<AcceptedReport> = {}): Promise<void> {
    const at = { arrivedAt: this.now, sampledAt: this.now };
    for (let start = 0; start < ids.length; start += 250) {
      await this.store.commit(ids.slice(start, start + 250).map((id) => report(id, 0, { ...at, ...overrides })));
    }
  }

  /** Another node's evaluation. */
  evaluation(health: ClusterHealthCheck = new StandaloneHealthCheck()): Evaluation {
    const { alerts, machines, cluster } = this.config;
    const { dataSource, cipher, clock, fleet } = this;
    const receivers = this.receivers;
    const { lost, silent, tags } = this;
    const masses = new MassLosses(alerts, fleet, lost);
    return new Evaluation(
      alerts,
      clock,
      new AlertProgress(dataSource.getRepository(ProgressRow)),
      new IncidentStore(dataSource.getRepository(Incident), dataSource.getRepository(Condition), cipher),
      this.silences,
      new Outbox(receivers, cipher),
      fleet,
      new OfflineLook(alerts, machines, fleet, silent, masses, lost),
      new FiguresLook(alerts, machines, fleet, tags),
      new NodesLook(alerts, cluster, health, this.facts),
      this.events,
    );
  }

  /** One look by a node of its own. */
  async look(health?: ClusterHealthCheck): Promise<void> {
    await this.under("alert-evaluation", (lease) => this.evaluation(health).run(lease));
  }

  /** Looks every ten seconds, while these machines report. */
  async watch(
    seconds: number,
    reporting: readonly string[] = [],
    overrides: Partial<AcceptedReport> = {},
  ): Promise<void> {
    await this.under("alert-evaluation", async (lease) => {
      for (let passed = 0; passed < seconds; passed += 10) {
        this.pass(10);
        await this.report(reporting, overrides);
        await this.evaluation().run(lease);
      }
    });
  }

  async deliver(): Promise<void> {
    const due = new DueNotifications(this.dataSource.getRepository(Notification));
    const delivery = new Delivery(due, this.receivers, this.cipher, this.clock, this.events);
    const goOn = () => Promise.resolve(true);
    await this.under("alert-delivery", (lease) => delivery.run({ lease, goOn }));
  }

  async clear(): Promise<void> {
    const goOn = () => Promise.resolve(true);
    await this.under("alert-retention", (lease) => new AlertRetention(this.clock).clear({ lease, goOn }));
  }

  async incidents(query: Record<string, string> = {}) {
    const reader = new IncidentReader(
      this.dataSource.getRepository(Incident),
      this.dataSource.getRepository(Notification),
      this.cipher,
      this.lost,
    );
    const page = await reader.page(incidentQuery.parse(query));
    return { ...page, find: (id: string) => reader.find(id) };
  }

  /** Kind, subject (of a mass loss how many machines) and state of each, the newest first. */
  async brief(query: Record<string, string> = {}): Promise<(string | number | null)[][]> {
    return (await this.incidents(query)).incidents.map(({ kind, subject, count, closed_at }) => [
      kind,
      kind === "mass_offline" ? count : subject,
      closed_at === null ? "open" : "closed",
    ]);
  }

  /** All that the tables of alerts hold, as it lies there. */
  async stored(): Promise<string> {
    const tables = ["incidents", "notifications", "silences"];
    const rows = await Promise.all(tables.map((table) => this.dataSource.query(`SELECT * FROM ${table}`)));
    return JSON.stringify(rows);
  }

  get silences(): SilencesService {
    return new SilencesService(this.dataSource.getRepository(Silence), this.cipher, this.clock, this.events);
  }

  async acquire(name: string): Promise<Lease> {
    const leases = new Leases(this.dataSource.getRepository(LeaseRow), this.transactions, `node-${++this.nodes}`);
    const lease = await leases.acquire(name);
    if (!lease) throw new Error(`somebody else holds the lease ${name}`);
    return lease;
  }

  private get lost(): LostMachines {
    return new LostMachines(this.config.alerts, this.config.machines, this.fleet, this.silent);
  }

  private get silent(): SilentMachines {
    return new SilentMachines(this.config.alerts, this.config.machines, this.fleet, this.tags);
  }

  private get receivers(): Receivers {
    return new Receivers(this.config.alerts, this.config.organization);
  }

  private get events(): EventLog {
    return new EventLog(this.dataSource.getRepository(StoredEvent), this.cipher, this.clock);
  }

  private async under(name: string, work: (lease: Lease) => Promise<unknown>): Promise<void> {
    const lease = await this.acquire(name);
    try {
      await work(lease);
    } finally {
      await lease.release({ finished: true });
    }
  }
}
