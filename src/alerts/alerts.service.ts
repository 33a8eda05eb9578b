import { Inject, Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { ALERTS_CONFIG, type AlertsConfig, MACHINES_CONFIG, type MachinesConfig } from "../config/config.module.js";
import { askDatabase } from "../database/ask-database.js";
import { DocumentCipher } from "../database/document-cipher.js";
import type { AlertsView, ReceiverView } from "./alerts-answer.js";
import { AlertProgress } from "./evaluation/alert-progress.js";
import { isoTime, isoTimeOrNull } from "./incidents/incident-view.js";
import { Notification } from "./outbox/notification.entity.js";
import { errorOf } from "./outbox/notification-view.js";
import { Receivers } from "./receivers/receivers.js";
import { overrideViews, ruleViews } from "./rules/rule-views.js";

/** The rules in effect and the receivers, as people see them. Throws BackendUnavailableError. */
@Injectable()
export class AlertsService {
  constructor(
    @Inject(ALERTS_CONFIG) private readonly alerts: AlertsConfig,
    @Inject(MACHINES_CONFIG) private readonly machines: MachinesConfig,
    private readonly progress: AlertProgress,
    private readonly receivers: Receivers,
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
    private readonly cipher: DocumentCipher,
  ) {}

  async inEffect(): Promise<AlertsView> {
    const { evaluatedAt, graceUntil } = await this.progress.read();
    const inGrace = evaluatedAt !== null && graceUntil > evaluatedAt;
    return {
      enabled: this.alerts.enabled,
      evaluated_at: isoTimeOrNull(evaluatedAt),
      grace_until: inGrace ? isoTime(graceUntil) : null,
      rules: ruleViews(this.alerts, this.machines),
      overrides: overrideViews(this.alerts, this.machines),
      receivers: await Promise.all(
        this.receivers.all.map(async ({ settings, receiver }) => ({
          name: settings.name,
          type: settings.type,
          target: receiver.target,
          min_severity: settings.min_severity,
          kinds: settings.kinds ? [...settings.kinds] : null,
          last: await this.lastOf(settings.name),
        })),
      ),
    };
  }

  private async lastOf(receiver: string): Promise<ReceiverView["last"]> {
    const newest = await askDatabase(() => this.notifications.findOne({ where: { receiver }, order: { id: "DESC" } }));
    if (!newest) return null;
    const { deliveredAt, failedAt, createdAt, what } = newest;
    return {
      at: isoTime(deliveredAt ?? failedAt ?? createdAt),
      what,
      state: deliveredAt !== null ? "delivered" : failedAt !== null ? "failed" : "pending",
      error: errorOf(this.cipher, newest),
    };
  }
}
