import { linesOf, severityOf, subjectOf } from "./message-text.js";
import { postJson } from "./post-json.js";
import type { Letterhead, Message, Receiver } from "./receiver.js";

const colors: Readonly<Record<string, string>> = { critical: "#c92a2a", warning: "#e67700", closed: "#2b8a3e" };

/** A Slack "incoming webhook", and what is compatible with it (Mattermost, Rocket.Chat). */
export class SlackReceiver implements Receiver {
  readonly target: string;
  readonly readsDigests = true;

  constructor(
    private readonly url: string,
    private readonly letterhead: Letterhead,
  ) {
    this.target = new URL(url).host;
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const body = slackBody(message, this.letterhead);
    await postJson({ url: this.url, body, headers: { "Idempotency-Key": message.key } }, signal);
  }
}

/** https://api.slack.com/reference/messaging/attachments; `text` alone is what simpler programs read. */
function slackBody(message: Message, letterhead: Letterhead): string {
  const text = escapeSlack(subjectOf(message, letterhead));
  const details = escapeSlack(linesOf(message, letterhead).slice(1).join("\n"));
  const color = colors[message.what === "closed" ? "closed" : severityOf(message)];
  return JSON.stringify({ text, attachments: [{ color, text: details, fallback: text, footer: message.key }] });
}

/** https://api.slack.com/reference/surfaces/formatting#escaping: nobody's host name may call a channel. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
