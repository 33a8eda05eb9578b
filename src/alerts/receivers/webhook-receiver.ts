import { postJson } from "./post-json.js";
import { type Letterhead, type Message, type Receiver, linkTo } from "./receiver.js";
import { signatureOf } from "./sign-body.js";

/** Any program that takes JSON: signed, with an idempotency key. */
export class WebhookReceiver implements Receiver {
  readonly target: string;
  readonly readsDigests = false;

  constructor(
    private readonly options: { readonly url: string; readonly secret: string },
    private readonly letterhead: Letterhead,
  ) {
    this.target = new URL(options.url).host;
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { url, secret } = this.options;
    const body = webhookBody(message, this.letterhead);
    const headers = {
      "Idempotency-Key": message.key,
      // By this machine's own clock: it tells whether somebody else's is right, and orders nothing.
      "X-Fleet-Signature": signatureOf(body, secret, Date.now()),
    };
    await postJson({ url, body, headers }, signal);
  }
}

/** The same text at every attempt. */
function webhookBody(message: Message, letterhead: Letterhead): string {
  const { key, what, incident } = message;
  const event = what === "test" ? "test" : `incident.${what}`;
  return JSON.stringify({
    version: 1,
    key,
    event,
    organization: letterhead.organization,
    url: linkTo(message, letterhead),
    incident,
  });
}
