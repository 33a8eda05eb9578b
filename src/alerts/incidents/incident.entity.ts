import { Column, Entity, PrimaryColumn } from "typeorm";
import type { IncidentKind, Severity } from "../alert-kinds.js";

/** Something that is or was wrong; open while `closedAt` is null. */
@Entity("incidents")
export class Incident {
  @PrimaryColumn("text")
  id!: string;

  @Column("text")
  kind!: IncidentKind;

  @Column("text")
  severity!: Severity;

  @Column("text")
  subject!: string;

  @Column("bigint", { name: "opened_at" })
  openedAt!: number;

  @Column("bigint", { name: "closed_at", nullable: true })
  closedAt!: number | null;

  @Column("float", { nullable: true })
  value!: number | null;

  @Column("float", { nullable: true })
  threshold!: number | null;

  /** Of a mass loss: how many machines were lost, and how many of them are missing still. */
  @Column("integer", { nullable: true })
  count!: number | null;

  @Column("integer", { nullable: true })
  missing!: number | null;

  /** The machines of a mass loss are those last seen between these times, inclusive, ... */
  @Column("bigint", { name: "lost_from", nullable: true })
  lostFrom!: number | null;

  @Column("bigint", { name: "lost_to", nullable: true })
  lostTo!: number | null;

  /** ... that are called offline after a silence of so many milliseconds. */
  @Column("bigint", { name: "lost_limit", nullable: true })
  lostLimit!: number | null;

  /** Until then what is lost besides belongs to it. */
  @Column("bigint", { name: "gathers_until", nullable: true })
  gathersUntil!: number | null;

  @Column("boolean")
  silenced!: boolean;

  /** Whether receivers were told of its opening, or would have been if there were any. */
  @Column("boolean")
  told!: boolean;

  /** A sealed `IncidentDocument`. */
  @Column("text")
  document!: string;
}
