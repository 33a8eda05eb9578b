import type { Fault } from "../common/fault.js";
import type { Examination } from "./check.js";

/** The fleet's database as the checks read it: nothing is changed in it, or made where it is missing. */
export abstract class ExaminedDatabase {
  abstract has(table: string): Promise<boolean>;

  /** What the start says where another program has a table of this name. */
  abstract takenTableFault(table: string): Fault;

  /** The table's rows, these columns of them; undefined where there is no such table. Throws the driver's error. */
  abstract read<Row>(table: string, columns: readonly (keyof Row & string)[]): Promise<readonly Row[] | undefined>;
}

/** The checks of the fleet's database, and the database itself for those of others. */
export interface DatabaseExamination extends Examination {
  readonly database: ExaminedDatabase;
}
