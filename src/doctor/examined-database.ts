/** The fleet's database as the checks read it: nothing is changed in it, or made where it is missing. */
export abstract class ExaminedDatabase {
  /** The table's rows, these columns of them; undefined where there is no such table. Throws the driver's error. */
  abstract read<Row>(table: string, columns: readonly (keyof Row & string)[]): Promise<readonly Row[] | undefined>;
}
