import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { type EntityManager, Repository } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import { ProgressRow, progressNames } from "./progress.entity.js";

export interface Progress {
  /** When the fleet was last looked at; null before the first time. */
  readonly evaluatedAt: number | null;
  /** Until then no machine is called offline. */
  readonly graceUntil: number;
  /** What was last seen before is decided: an incident was opened, or there is nothing to be said about it. */
  readonly decidedTo: number;
}

/** How far the evaluation has come, in the database, so that another node goes on where one has stopped. */
@Injectable()
export class AlertProgress {
  constructor(@InjectRepository(ProgressRow) private readonly rows: Repository<ProgressRow>) {}

  /** Throws BackendUnavailableError. */
  async read(): Promise<Progress> {
    const rows = new Map((await askDatabase(() => this.rows.find())).map(({ name, value }) => [name, value]));
    return {
      evaluatedAt: rows.get("evaluated_at") ?? null,
      graceUntil: rows.get("grace_until") ?? 0,
      decidedTo: rows.get("decided_to") ?? 0,
    };
  }
}

/** In the transaction of what was decided. */
export async function writeProgress(manager: EntityManager, progress: Progress): Promise<void> {
  const values = {
    evaluated_at: progress.evaluatedAt ?? 0,
    grace_until: progress.graceUntil,
    decided_to: progress.decidedTo,
  };
  await manager.upsert(
    ProgressRow,
    progressNames.map((name) => ({ name, value: values[name] })),
    ["name"],
  );
}
