import { Column, Entity, PrimaryColumn } from "typeorm";
import type { IncidentKind } from "../alert-kinds.js";

/** What is wrong, but not yet for long enough; in the database, so that another evaluator goes on with the wait. */
@Entity("alert_conditions")
export class Condition {
  @PrimaryColumn("text")
  kind!: IncidentKind;

  @PrimaryColumn("text")
  subject!: string;

  @Column("bigint")
  since!: number;
}
