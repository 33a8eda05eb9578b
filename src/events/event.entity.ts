import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import type { EventKind } from "./event-kinds.js";

/** One line of the audit and cluster log. */
@Entity("events")
export class StoredEvent {
  @PrimaryGeneratedColumn({ type: "bigint" })
  id!: number;

  /** Milliseconds since 1970 UTC. */
  @Column("bigint")
  at!: number;

  @Column("text")
  kind!: EventKind;

  /** Whom it is about: a node id, a user name, a machine id. */
  @Column("text")
  subject!: string;

  /** The user who did it, as a sealed JSON string; null where there is none. */
  @Column("text", { nullable: true })
  actor!: string | null;

  /** The client's address, as a sealed JSON string; null where there is none. */
  @Column("text", { nullable: true })
  address!: string | null;

  /** A sealed JSON object. */
  @Column("text")
  details!: string;

  /** Of several events with the same key only the first is kept; null for those that stand for themselves. */
  @Column("text", { name: "once_key", nullable: true })
  onceKey!: string | null;
}
