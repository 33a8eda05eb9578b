import type { ReactNode } from "react";
import type { MachineStatus, NodeStatus } from "../api/types.ts";
import classes from "./StatusMark.module.css";
import type { Tone } from "./tone.ts";

const machineTones = { online: "well", warning: "warning", offline: "bad" } satisfies Record<MachineStatus, Tone>;
const machineWords = { online: "Online", warning: "Warning", offline: "Offline" } satisfies Record<
  MachineStatus,
  string
>;

const nodeTones = {
  active: "well",
  draining: "warning",
  inactive: "bad",
  stopped: "unknown",
  unknown: "unknown",
} satisfies Record<NodeStatus, Tone>;
const nodeWords = {
  active: "Active",
  draining: "Draining",
  inactive: "Inactive",
  stopped: "Stopped",
  unknown: "Unknown",
} satisfies Record<NodeStatus, string>;

/** Told apart by shape as well as by colour: a disc, a triangle, a diamond, a ring. */
const shapes = {
  well: <circle cx="6" cy="6" r="4.5" />,
  warning: <path d="M6 1 11.4 10.6H.6Z" />,
  bad: <path d="M6 .4 11.6 6 6 11.6.4 6Z" />,
  unknown: <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="2" />,
} satisfies Record<Tone, ReactNode>;

/** A status in its colour and shape. Without words it says nothing to a screen reader: put them beside it. */
export function StatusShape({ tone, size = 12 }: { readonly tone: Tone; readonly size?: number }) {
  return (
    <svg className={classes.shape} data-tone={tone} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}

export function StatusMark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={classes.mark} data-tone={tone}>
      <StatusShape tone={tone} />
      <span>{children}</span>
    </span>
  );
}

export function MachineStatusMark({ status }: { readonly status: MachineStatus }) {
  return <StatusMark tone={machineTones[status]}>{machineWords[status]}</StatusMark>;
}

export function NodeStatusMark({ status }: { readonly status: NodeStatus }) {
  return <StatusMark tone={nodeTones[status]}>{nodeWords[status]}</StatusMark>;
}
