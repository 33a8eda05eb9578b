import { Column, Entity, PrimaryColumn } from "typeorm";

/** Who does the periodic job of this name. The row stays when nobody does. */
@Entity("leases")
export class LeaseRow {
  @PrimaryColumn("text")
  name!: string;

  /** Names the process that holds the lease; null while nobody does. */
  @Column("text", { nullable: true })
  holder!: string | null;

  /** The fencing token: grows at every change of holder, and never goes back. */
  @Column("bigint")
  token!: number;

  /** Grows at every change of the row, renewals among them. */
  @Column("bigint")
  version!: number;

  /** Whether the last holder came to the end of its work. */
  @Column("boolean")
  finished!: boolean;
}
