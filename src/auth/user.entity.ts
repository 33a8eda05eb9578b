import { Column, Entity, PrimaryColumn } from "typeorm";
import type { Role } from "../common/access.js";

/** Someone who may log in. */
@Entity("users")
export class User {
  /** Compared exactly, character by character. */
  @PrimaryColumn("text")
  username!: string;

  /** Argon2id, as a PHC string. */
  @Column("text", { name: "password_hash" })
  passwordHash!: string;

  @Column("text")
  role!: Role;

  /** Milliseconds since 1970 UTC. */
  @Column("bigint", { name: "created_at" })
  createdAt!: number;
}
