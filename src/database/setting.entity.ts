import { Column, Entity, PrimaryColumn } from "typeorm";

/** What a node must know before it serves: the database's id, the key check, the sealed root secret. */
@Entity("settings")
export class Setting {
  @PrimaryColumn("text")
  name!: string;

  @Column("text")
  value!: string;
}
