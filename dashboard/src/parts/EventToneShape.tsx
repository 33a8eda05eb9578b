import type { EventTone } from "../format/event-words.ts";
import { StatusShape } from "./StatusMark.tsx";
import type { Tone } from "./tone.ts";

const tones = { plain: "unknown", good: "well", warning: "warning", bad: "bad" } satisfies Record<EventTone, Tone>;

/** How much an event matters, by colour and shape. */
export function EventToneShape({ tone }: { readonly tone: EventTone }) {
  return <StatusShape tone={tones[tone]} />;
}
