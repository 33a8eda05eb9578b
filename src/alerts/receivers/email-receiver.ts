import { type SendMailOptions, createTransport } from "nodemailer";
import type { AlertsConfig } from "../../config/config.module.js";
import { linesOf, subjectOf } from "./message-text.js";
import { DeliveryError, type Letterhead, type Message, type Receiver } from "./receiver.js";

type SmtpSettings = AlertsConfig["smtp"];

/** For each step of the talk with the mail server; the whole may take longer. */
const STEP_TIMEOUT_MS = 10_000;

/** People with a mailbox, by way of a mail server. */
export class EmailReceiver implements Receiver {
  readonly target: string;
  readonly readsDigests = true;

  constructor(
    private readonly to: readonly string[],
    private readonly smtp: SmtpSettings,
    private readonly letterhead: Letterhead,
  ) {
    this.target = to.join(", ");
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { host, port, tls, username, password } = this.smtp;
    const transport = createTransport({
      host,
      port,
      secure: tls === "implicit",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "none",
      ...(username === undefined ? {} : { auth: { user: username, pass: password } }),
      connectionTimeout: STEP_TIMEOUT_MS,
      greetingTimeout: STEP_TIMEOUT_MS,
      socketTimeout: STEP_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const stop = () => {
      transport.close();
    };
    signal.addEventListener("abort", stop);
    try {
      signal.throwIfAborted();
      const { rejected } = await Promise.race([transport.sendMail(mailOf(message, this)), aborted(signal)]);
      if (rejected.length > 0) throw refusal(rejected.map(addressOf), this.to.length);
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      throw new DeliveryError(`the mail server ${host ?? ""} did not take it: ${reasonOf(error, signal)}`);
    } finally {
      signal.removeEventListener("abort", stop);
      transport.close();
    }
  }

  /** What `mailOf` needs. */
  get envelope() {
    return { to: this.to, from: this.smtp.from ?? "", letterhead: this.letterhead };
  }
}

/** What follows about an incident answers the mail about its beginning, where that was one of its own. */
function mailOf(message: Message, { envelope }: Pick<EmailReceiver, "envelope">): SendMailOptions {
  const { to, from, letterhead } = envelope;
  const idOf = (key: string) =>
    `<${key}@${
      from
        .split("@")
        .at(-1)
        ?.replace(/[^A-Za-z0-9.-]/g, "") ?? "fleet"
    }>`;
  const opening = idOf(message.key.replace(/-(?:updated|closed)-/, "-opened-"));
  const isAnswer = opening !== idOf(message.key) && message.others.length === 0;
  return {
    from,
    to: [...to],
    subject: subjectOf(message, letterhead),
    text: `${linesOf(message, letterhead).join("\n")}\n`,
    messageId: idOf(message.key),
    headers: { "Idempotency-Key": message.key, "Auto-Submitted": "auto-generated" },
    ...(isAnswer ? { inReplyTo: opening, references: [opening] } : {}),
  };
}

function refusal(rejected: readonly string[], of: number): DeliveryError {
  const who = rejected.join(", ");
  return new DeliveryError(
    `the mail server refused ${rejected.length} of ${of} recipients, and the others have it: ${who}`,
    { isPartial: true },
  );
}

function addressOf(recipient: string | { readonly address: string }): string {
  return typeof recipient === "string" ? recipient : recipient.address;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("no answer in time"));
    });
  });
}

/** The server's own words may quote what it was sent: only the codes are kept. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  if (typeof error !== "object" || error === null) return "it failed";
  const status = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return [code, status === undefined ? undefined : `status ${status}`].filter(Boolean).join(", ") || "it failed";
}
