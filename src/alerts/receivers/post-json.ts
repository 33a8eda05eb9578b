import { DeliveryError } from "./receiver.js";

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Posts JSON once. What is answered is not read: a status is enough, and a body may be endless. Redirects are not
 * followed, since the next address would be another's choice. Throws DeliveryError, whose words hold no part of the URL
 * but its host.
 */
export async function postJson({ url, body, headers }: Post, signal: AbortSignal): Promise<void> {
  const { host } = new URL(url);
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": "Fleet-Server", ...headers },
    body,
    redirect: "manual",
    signal,
  }).catch((error: unknown) => {
    throw new DeliveryError(`${host} cannot be reached: ${reasonOf(error, signal)}`);
  });
  await response.body?.cancel().catch(() => undefined);
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new DeliveryError(`${host} redirects (${status}), which is not followed: set the address it redirects to`);
  }
  if (!response.ok) throw new DeliveryError(`${host} answered ${status}`);
}

/** `fetch` hides what happened in the cause; only the code of it is sure to hold no address. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "the connection failed";
}
