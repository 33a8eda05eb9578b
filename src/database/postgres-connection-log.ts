import { Logger } from "@nestjs/common";
import pg from "pg";
import { describeFault } from "../common/fault.js";
import { awayFault } from "./postgres-faults.js";

/** One line when the server is lost and one when it is found again, however many connections and attempts there are. */
export class PostgresConnectionLog {
  private readonly logger = new Logger("PostgreSQL");
  private isLost = false;

  constructor(private readonly purpose: string) {}

  lost(error: unknown): void {
    if (!this.isLost) this.logger.warn(describeFault(awayFault(error, this.purpose)));
    this.isLost = true;
  }

  found(): void {
    if (this.isLost) this.logger.log(`Connected to PostgreSQL again (${this.purpose})`);
    this.isLost = false;
  }
}

/** The pool tells only its callers that connecting failed, and them also that it is merely busy. */
export function watchedClient(log: PostgresConnectionLog): new () => pg.Client {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
    override connect(callback?: (error: never, client: never) => void): unknown {
      if (callback === undefined) return super.connect();
      const tell = callback as (error: Error | null, client: pg.Client) => void;
      super.connect((error: Error | null) => {
        if (error) log.lost(error);
        tell(error, this);
      });
      return undefined;
    }
  };
}
