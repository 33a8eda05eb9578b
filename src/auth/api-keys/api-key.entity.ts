import { Column, Entity, PrimaryColumn } from "typeorm";

export const apiKeyScopes = ["read", "operate", "admin"] as const;
/** What may be done with a key: what a viewer may read, what an operator may, or what an administrator may. */
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** What a program calls this server with. The key itself is not kept: only a keyed hash of it. */
@Entity("api_keys")
export class ApiKey {
  @PrimaryColumn("text")
  id!: string;

  @Column("text")
  name!: string;

  @Column("text")
  scope!: ApiKeyScope;

  @Column("text", { name: "key_hash" })
  keyHash!: string;

  /** What the key begins with, for people to tell it by. */
  @Column("text")
  prefix!: string;

  /** Times are milliseconds since 1970 UTC. */
  @Column("bigint", { name: "created_at" })
  createdAt!: number;

  @Column("text", { name: "created_by" })
  createdBy!: string;

  @Column("bigint", { name: "expires_at", nullable: true })
  expiresAt!: number | null;

  /** To about a minute. */
  @Column("bigint", { name: "last_used_at", nullable: true })
  lastUsedAt!: number | null;

  /** Null for as many as `server.api_key_requests_per_minute` says. */
  @Column("integer", { name: "requests_per_minute", nullable: true })
  requestsPerMinute!: number | null;
}
