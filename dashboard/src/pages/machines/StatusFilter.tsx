import { UnstyledButton } from "@mantine/core";
import type { MachineStatus, Summary } from "../../api/types.ts";
import { countText } from "../../format/figures.ts";
import { StatusShape } from "../../parts/StatusMark.tsx";
import type { Tone } from "../../parts/tone.ts";
import classes from "./StatusFilter.module.css";

const filters: readonly { readonly status: MachineStatus | undefined; readonly name: string; readonly tone?: Tone }[] =
  [
    { status: undefined, name: "All" },
    { status: "online", name: "Online", tone: "well" },
    { status: "warning", name: "Warning", tone: "warning" },
    { status: "offline", name: "Offline", tone: "bad" },
  ];

interface Props {
  readonly chosen: MachineStatus | undefined;
  readonly summary: Summary | undefined;
  readonly choose: (status: MachineStatus | undefined) => void;
}

/** Which machines to list by status, with how many there are of each. */
export function StatusFilter({ chosen, summary, choose }: Props) {
  return (
    <div className={classes.filter} role="group" aria-label="Status">
      {filters.map(({ status, name, tone }) => (
        <UnstyledButton
          key={name}
          className={classes.choice}
          aria-pressed={status === chosen}
          onClick={() => choose(status)}
        >
          {tone && <StatusShape tone={tone} size={10} />}
          {name}
          <span className={classes.count}>
            {summary && countText(status ? summary[status] : summary.total_machines)}
          </span>
        </UnstyledButton>
      ))}
    </div>
  );
}
