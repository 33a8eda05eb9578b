import { Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import { askDatabase } from "./ask-database.js";

interface Row {
  readonly node_id: string;
  readonly incarnation: number;
}

/**
 * Numbers every start of every node id, so that of two processes with one id the newer is known, and a record of an
 * earlier life is recognised. The shared database issues them; they only grow.
 */
@Injectable()
export class Incarnations {
  constructor(private readonly dataSource: DataSource) {}

  /** Issues the next incarnation of `nodeId`, in one atomic statement. */
  async issue(nodeId: string): Promise<number> {
    const rows = await askDatabase(
      () => this.dataSource.sql<Row[]>`
        INSERT INTO node_incarnations (node_id, incarnation) VALUES (${nodeId}, 1)
        ON CONFLICT (node_id) DO UPDATE SET incarnation = node_incarnations.incarnation + 1
        RETURNING node_id, incarnation`,
    );
    const issued = rows[0]?.incarnation;
    if (issued === undefined) throw new Error("the database issued no incarnation");
    return issued;
  }

  /** The newest incarnation issued to each node id. */
  async issued(): Promise<ReadonlyMap<string, number>> {
    const rows = await askDatabase(
      () => this.dataSource.sql<Row[]>`SELECT node_id, incarnation FROM node_incarnations`,
    );
    return new Map(rows.map((row) => [row.node_id, row.incarnation]));
  }
}
