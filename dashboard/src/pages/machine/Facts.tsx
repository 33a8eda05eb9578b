import type { ReactNode } from "react";
import type { Machine } from "../../api/types.ts";
import { bytesText, NONE } from "../../format/figures.ts";
import { numberAt, systemText, textAt } from "../../format/machine-facts.ts";
import { Panel } from "../../parts/Panel.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import classes from "./Facts.module.css";

/** What the machine is, as its agent tells. */
export function Facts({ machine }: { readonly machine: Machine }) {
  const { info, machine_id, first_seen } = machine;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["Machine id", <span className="mono">{machine_id}</span>],
    ["System", systemText(info)],
    ["Architecture", textAt(info, "architecture")],
    ["Processor", textAt(info, "processor")],
    ["Memory", bytesText(numberAt(info, "total_memory"))],
    ["Address", textAt(info, "local_ip")],
    ["Serial number", textAt(info, "serial_number")],
    ["Agent", textAt(info, "agent_version")],
    ["First report", <Ago at={first_seen} />],
    ["Reports", <Encryption encrypted={info["e2ee_enabled"] === true} />],
  ];
  return (
    <Panel title="Facts">
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? NONE}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Encryption({ encrypted }: { readonly encrypted: boolean }) {
  return encrypted ? <StatusMark tone="well">Encrypted by the agent</StatusMark> : "Not encrypted by the agent";
}
