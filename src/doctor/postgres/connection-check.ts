import { ConfigError } from "../../config/config-error.js";
import { awayFault, isForOperator, refusalFault } from "../../database/postgres-faults.js";
import { type Check, failure, ok } from "../check.js";
import type { PostgresReader } from "./postgres-reader.js";

export const CONNECTION = "database.connection";

/** Whether the server answers, lets this user in, and has the database. */
export function connectionCheck(reader: PostgresReader, name = CONNECTION): Check {
  return {
    name,
    needs: [],
    run: async () => {
      const { address, database, user } = reader.place;
      try {
        await reader.connect();
      } catch (error) {
        if (error instanceof ConfigError) return [failure({ what: error.message, fix: `correct ${reader.setting}` })];
        return [failure(isForOperator(error) ? refusalFault(error) : awayFault(error, address))];
      }
      return [ok(`${user} may use the database ${database} at ${address}`)];
    },
  };
}
