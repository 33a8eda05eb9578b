import { Column, Entity, PrimaryColumn } from "typeorm";

export const progressNames = ["evaluated_at", "grace_until", "decided_to"] as const;
export type ProgressName = (typeof progressNames)[number];

/** How far the evaluation has come: times by the database's clock, in milliseconds since 1970 UTC. */
@Entity("alert_progress")
export class ProgressRow {
  @PrimaryColumn("text")
  name!: ProgressName;

  @Column("bigint")
  value!: number;
}
