import { UnstyledButton } from "@mantine/core";
import { memo } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import type { Machine } from "../../api/types.ts";
import { threeDigits } from "../../format/figures.ts";
import { machineName, numberAt, systemText } from "../../format/machine-facts.ts";
import { CutName } from "../../parts/CutName.tsx";
import { Sparkline } from "../../parts/Sparkline.tsx";
import { MachineStatusMark, StatusShape } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import { UsageBar } from "../../parts/UsageBar.tsx";
import { rememberRow } from "../../parts/use-arrival.ts";
import type { SortColumn } from "./list-address.ts";
import classes from "./MachineTable.module.css";
import { useRowKeys } from "../../parts/use-row-keys.ts";

interface Props {
  readonly machines: readonly Machine[];
  readonly sort: SortColumn;
  readonly descending: boolean;
  readonly sortBy: (column: SortColumn) => void;
}

/** A page of machines. Figures change in place; rows stay where they are. */
export function MachineTable({ machines, sort, descending, sortBy }: Props) {
  const navigate = useNavigate();
  const { key } = useLocation();
  const body = useRowKeys((row) => {
    const id = machines[row]?.machine_id;
    if (id !== undefined) void navigate(machinePath(id));
  });
  const heading = { sort, descending, sortBy };
  return (
    <div className="table-frame">
      <table className={`table ${classes.machines}`}>
        <thead>
          <tr>
            <th>Status</th>
            <Heading column="name" name="Name" {...heading} />
            <th className="hide-phone">System</th>
            <Heading column="cpu" name="CPU" {...heading} />
            <Heading column="memory" name="Memory" {...heading} />
            <Heading column="disk" name="Disk" {...heading} />
            <th className="number">Load</th>
            <Heading column="last_seen" name="Last report" number {...heading} />
          </tr>
        </thead>
        <tbody
          ref={body}
          onFocus={({ target }) => {
            const id = target.closest<HTMLElement>("tr")?.dataset["machine"];
            if (id !== undefined) rememberRow(key, id);
          }}
        >
          {machines.map((machine) => (
            <Row key={machine.machine_id} machine={machine} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function machinePath(id: string): string {
  return `/machine/${encodeURIComponent(id)}`;
}

interface HeadingProps extends Pick<Props, "sort" | "descending" | "sortBy"> {
  readonly column: SortColumn;
  readonly name: string;
  readonly number?: boolean;
}

function Heading({ column, name, number = false, sort, descending, sortBy }: HeadingProps) {
  const chosen = sort === column;
  const direction = descending ? "descending" : "ascending";
  return (
    <th className={number ? "number" : undefined} aria-sort={chosen ? direction : undefined}>
      <UnstyledButton className={classes.heading} onClick={() => sortBy(column)}>
        {name}
        <span className={classes.arrow} aria-hidden="true">
          {chosen && (descending ? "↓" : "↑")}
        </span>
      </UnstyledButton>
    </th>
  );
}

/** Without what stands in parentheses: the code name of a release tells nobody more than its number. */
function shortSystem(info: Machine["info"]): string {
  return systemText(info)?.replace(/ \([^)]*\)$/, "") ?? "–";
}

/** Only the rows whose machine changed are drawn again, and of them only what changes with each report. */
const Row = memo(function Row({ machine }: { readonly machine: Machine }) {
  const { machine_id, info, status, last_seen, latest_metrics, trend, id_conflict } = machine;
  return (
    <tr tabIndex={-1} data-machine={machine_id} data-status={status} className={classes.row}>
      <td className={classes.status}>
        <MachineStatusMark status={status} />
      </td>
      <NameCell id={machine_id} name={machineName(machine)} conflict={id_conflict} />
      <SystemCell system={shortSystem(info)} />
      <td className={`${classes.figure ?? ""} ${classes.wide ?? ""}`} data-label="CPU">
        <div className={classes.trend}>
          {trend && <Trend values={trend.cpu} />}
          <UsageBar percent={numberAt(latest_metrics, "cpu", "percent")} label="CPU" />
        </div>
      </td>
      <td className={classes.figure} data-label="Memory">
        <UsageBar percent={numberAt(latest_metrics, "memory", "percent")} label="Memory" />
      </td>
      <td className={classes.figure} data-label="Disk">
        <UsageBar percent={numberAt(latest_metrics, "disk", "percent")} label="Disk" />
      </td>
      <td className={`number ${classes.load ?? ""}`}>{threeDigits(numberAt(latest_metrics, "cpu", "load_avg", 0))}</td>
      <td className={`number ${classes.time ?? ""}`}>
        <Ago at={last_seen} />
      </td>
    </tr>
  );
});

interface NameProps {
  readonly id: string;
  readonly name: string;
  readonly conflict: boolean;
}

const NameCell = memo(function NameCell({ id, name, conflict }: NameProps) {
  return (
    <td className={classes.name}>
      <Link to={machinePath(id)}>
        <CutName name={name} length={34} />
      </Link>
      {conflict && (
        <span className={classes.conflict} title="Two machines report under this id">
          <StatusShape tone="warning" /> <span className="sr-only">two machines use this id</span>
        </span>
      )}
      {!name.includes(id) && (
        <span className={classes.id}>
          <CutName name={id} length={34} />
        </span>
      )}
    </td>
  );
});

const SystemCell = memo(function SystemCell({ system }: { readonly system: string }) {
  return (
    <td className={`hide-phone ${classes.system ?? ""}`}>
      <CutName name={system} length={24} />
    </td>
  );
});

const Trend = memo(Sparkline);
