import { Column, Entity, PrimaryColumn } from "typeorm";

/** Which incidents nobody is told of, and until when. */
@Entity("silences")
export class Silence {
  @PrimaryColumn("text")
  id!: string;

  @Column("bigint", { name: "created_at" })
  createdAt!: number;

  @Column("bigint", { name: "ends_at" })
  endsAt!: number;

  /** A sealed `SilenceDocument`. */
  @Column("text")
  document!: string;
}
