import { Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import { askDatabase } from "./ask-database.js";

/** The newest start of a node id, as the database knows it. */
export interface IssuedStart {
  readonly incarnation: number;
  /** The last heartbeat of it that is known to have been published; 0 before the first. */
  readonly sequence: number;
}

interface Row extends IssuedStart {
  readonly node_id: string;
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
        ON CONFLICT (node_id) DO UPDATE SET incarnation = node_incarnations.incarnation + 1, sequence = 0
        RETURNING node_id, incarnation, sequence`,
    );
    const issued = rows[0]?.incarnation;
    if (issued === undefined) throw new Error("the database issued no incarnation");
    return issued;
  }

  /** Sees that the next start of `nodeId` gets a higher number than this one, and tells whether it would not have. */
  async raise(nodeId: string, incarnation: number): Promise<boolean> {
    const rows = await askDatabase(
      () => this.dataSource.sql<unknown[]>`
        INSERT INTO node_incarnations (node_id, incarnation) VALUES (${nodeId}, ${incarnation})
        ON CONFLICT (node_id) DO UPDATE SET incarnation = excluded.incarnation
        WHERE node_incarnations.incarnation < excluded.incarnation RETURNING node_id`,
    );
    return rows.length > 0;
  }

  /** Notes that a heartbeat was published, so that a node which starts later knows older records for what they are. */
  async notePublished(nodeId: string, { incarnation, sequence }: IssuedStart): Promise<void> {
    await askDatabase(
      () => this.dataSource.sql`
        UPDATE node_incarnations SET sequence = ${sequence}
        WHERE node_id = ${nodeId} AND incarnation = ${incarnation} AND sequence < ${sequence}`,
    );
  }

  /** The newest start of each node id. */
  async issued(): Promise<ReadonlyMap<string, IssuedStart>> {
    const rows = await askDatabase(
      () => this.dataSource.sql<Row[]>`SELECT node_id, incarnation, sequence FROM node_incarnations`,
    );
    return new Map(rows.map(({ node_id, incarnation, sequence }) => [node_id, { incarnation, sequence }]));
  }
}
