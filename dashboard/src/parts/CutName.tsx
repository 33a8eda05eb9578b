import { Tooltip } from "@mantine/core";
import { middleCut } from "../format/middle-cut.ts";

/** A name cut in the middle where it is long, whole in the tooltip and for screen readers. */
export function CutName({ name, length = 32 }: { readonly name: string; readonly length?: number }) {
  const cut = middleCut(name, length);
  if (cut === name) return <span>{name}</span>;
  return (
    <Tooltip label={name} openDelay={200}>
      <span>
        <span aria-hidden="true">{cut}</span>
        <span className="sr-only">{name}</span>
      </span>
    </Tooltip>
  );
}
