import { Column, Entity, PrimaryColumn } from "typeorm";

/** How far the evaluation has come: times by the database's clock, in milliseconds since 1970 UTC. */
@Entity("alert_progress")
export class ProgressRow {
  @PrimaryColumn("text")
  name!: string;

  @Column("bigint")
  value!: number;
}
