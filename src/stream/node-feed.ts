import { Injectable } from "@nestjs/common";
import { StatusView } from "../cluster/status-view.js";
import type { Reader } from "./reader.js";

/** Tells readers how the nodes are: answered from memory, so that each turn may ask. */
@Injectable()
export class NodeFeed {
  constructor(private readonly cluster: StatusView) {}

  turn(readers: ReadonlySet<Reader>): void {
    const wanting = [...readers].filter(({ wants }) => wants.nodes);
    if (wanting.length === 0) return;
    const status = this.cluster.status();
    const text = JSON.stringify(status, withoutAges);
    for (const reader of wanting) {
      if (reader.toldNodes === text || reader.stream.isSlow) continue;
      reader.toldNodes = text;
      reader.stream.send({ event: "nodes", data: status });
    }
  }
}

/** Ages grow by themselves at the reader's side; a new heartbeat is a change. */
function withoutAges(name: string, value: unknown): unknown {
  return name === "heartbeat_age_ms" ? undefined : value;
}
