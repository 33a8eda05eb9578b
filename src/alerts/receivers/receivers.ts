import { Inject, Injectable } from "@nestjs/common";
import {
  ALERTS_CONFIG,
  type AlertsConfig,
  ORGANIZATION_CONFIG,
  type OrganizationConfig,
} from "../../config/config.module.js";
import { type IncidentKind, type Severity, isAtLeast } from "../alert-kinds.js";
import { EmailReceiver } from "./email-receiver.js";
import type { Letterhead, Receiver } from "./receiver.js";
import { SlackReceiver } from "./slack-receiver.js";
import { WebhookReceiver } from "./webhook-receiver.js";

type ReceiverSettings = AlertsConfig["receivers"][number];

interface Surroundings {
  readonly letterhead: Letterhead;
  readonly smtp: AlertsConfig["smtp"];
}

const makers = {
  webhook: ({ url, secret }, { letterhead }) =>
    new WebhookReceiver({ url: given(url), secret: given(secret) }, letterhead),
  slack: ({ url }, { letterhead }) => new SlackReceiver(given(url), letterhead),
  email: ({ to }, { smtp, letterhead }) => new EmailReceiver(given(to), smtp, letterhead),
} satisfies Record<ReceiverSettings["type"], (settings: ReceiverSettings, surroundings: Surroundings) => Receiver>;

/** The receivers of `alerts.receivers`. */
@Injectable()
export class Receivers {
  private readonly receivers: ReadonlyMap<string, { readonly settings: ReceiverSettings; readonly receiver: Receiver }>;

  constructor(
    @Inject(ALERTS_CONFIG) alerts: AlertsConfig,
    @Inject(ORGANIZATION_CONFIG) { name: organization }: OrganizationConfig,
  ) {
    const letterhead = { organization, webUrl: alerts.web_url?.replace(/\/+$/, "") };
    const surroundings = { letterhead, smtp: alerts.smtp };
    this.receivers = new Map(
      alerts.receivers.map((settings) => [
        settings.name,
        { settings, receiver: makers[settings.type](settings, surroundings) },
      ]),
    );
  }

  find(name: string): Receiver | undefined {
    return this.receivers.get(name)?.receiver;
  }

  /** In the order of the configuration. */
  get all(): readonly { readonly settings: ReceiverSettings; readonly receiver: Receiver }[] {
    return [...this.receivers.values()];
  }

  /** The names of those who want to be told. */
  wanting(kind: IncidentKind, severity: Severity): string[] {
    return this.all
      .filter(
        ({ settings: { kinds, min_severity } }) => isAtLeast(severity, min_severity) && (kinds?.includes(kind) ?? true),
      )
      .map(({ settings: { name } }) => name);
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the configuration was not validated: a receiver lacks what its type needs");
  return value;
}
