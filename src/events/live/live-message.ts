import { MAX_MESSAGE_BYTES } from "./live-bus.js";

/** What nodes tell each other: which machines may have new figures, that the event log has grown, or that they listen. */
export type LiveMessage = { readonly from: string } & (
  { readonly machines: readonly string[] } | { readonly events: true } | { readonly echo: number }
);

/** The texts that tell of these machines, each short enough for the bus. */
export function machineMessages(from: string, ids: Iterable<string>): string[] {
  const messages: string[] = [];
  const empty = textOf({ from, machines: [] });
  let machines: string[] = [];
  let bytes = empty.length;
  for (const id of ids) {
    const size = Buffer.byteLength(JSON.stringify(id)) + 1;
    if (bytes + size > MAX_MESSAGE_BYTES && machines.length > 0) {
      messages.push(textOf({ from, machines }));
      machines = [];
      bytes = empty.length;
    }
    machines.push(id);
    bytes += size;
  }
  if (machines.length > 0) messages.push(textOf({ from, machines }));
  return messages;
}

export function textOf(message: LiveMessage): string {
  return JSON.stringify(message);
}

/** Undefined for what is no such message: others may write to the same server. */
export function readMessage(text: string): LiveMessage | undefined {
  try {
    const message = JSON.parse(text) as Partial<Record<"from" | "machines" | "events" | "echo", unknown>> | null;
    if (typeof message?.from !== "string") return undefined;
    const { from, machines, events, echo } = message;
    if (Array.isArray(machines)) return { from, machines: machines.filter((id) => typeof id === "string") };
    if (events === true) return { from, events };
    return typeof echo === "number" ? { from, echo } : undefined;
  } catch {
    return undefined;
  }
}
