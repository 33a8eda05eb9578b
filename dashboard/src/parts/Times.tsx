import { Tooltip } from "@mantine/core";
import { NONE } from "../format/figures.ts";
import { absoluteText, agoText, durationText } from "../format/times.ts";
import { useTicking } from "./use-now.ts";

/** How long ago something was, ticking; when it was in the tooltip, in the viewer's zone. */
export function Ago({ at }: { readonly at: string | number | null }) {
  if (at === null) return <span className="muted">{NONE}</span>;
  const time = typeof at === "number" ? at : Date.parse(at);
  return (
    <Tooltip label={absoluteText(time)} openDelay={200}>
      <time dateTime={new Date(time).toISOString()} className="nowrap">
        <Ticking textAt={(now) => agoText(time, now)} />
      </time>
    </Tooltip>
  );
}

/** How long something has been so, ticking. */
export function Since({ at }: { readonly at: string | number }) {
  const time = typeof at === "number" ? at : Date.parse(at);
  return (
    <Tooltip label={`since ${absoluteText(time)}`} openDelay={200}>
      <time dateTime={new Date(time).toISOString()} className="nowrap">
        <Ticking textAt={(now) => durationText(now - time)} />
      </time>
    </Tooltip>
  );
}

/** A part of its own, because a tooltip takes far longer to draw than what ticks in it. */
function Ticking({ textAt }: { readonly textAt: (now: number) => string }) {
  return useTicking(textAt);
}
