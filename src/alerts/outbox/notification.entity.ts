import { Column, Entity, PrimaryColumn } from "typeorm";
import type { NotificationView } from "../incidents/incident-answer.js";

export type NotificationKind = NotificationView["what"];

/** What one receiver is to be told of one incident. Due while `nextAttemptAt` is set. */
@Entity("notifications")
export class Notification {
  @PrimaryColumn("text")
  id!: string;

  @Column("text")
  incident!: string;

  @Column("text")
  receiver!: string;

  @Column("text")
  what!: NotificationKind;

  @Column("integer")
  attempts!: number;

  @Column("bigint", { name: "created_at" })
  createdAt!: number;

  @Column("bigint", { name: "next_attempt_at", nullable: true })
  nextAttemptAt!: number | null;

  @Column("bigint", { name: "delivered_at", nullable: true })
  deliveredAt!: number | null;

  @Column("bigint", { name: "failed_at", nullable: true })
  failedAt!: number | null;

  /** A sealed JSON string. */
  @Column("text", { name: "last_error", nullable: true })
  lastError!: string | null;

  /** The incident as it was decided to tell it: a sealed `ToldIncident`, the same at every attempt. */
  @Column("text")
  document!: string;

  /** The key of the one message that several notifications go out as, all of them or none; null for one by itself. */
  @Column("text", { nullable: true })
  digest!: string | null;
}
