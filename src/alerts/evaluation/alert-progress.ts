import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { type EntityManager, In, Not, Repository } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import type { Before } from "../rules/judge-gap.js";
import { ProgressRow } from "./progress.entity.js";

export type Progress = Before & { readonly evaluatedAt: number };

const EVALUATED_AT = "evaluated_at";
const GRACE_UNTIL = "grace_until";
/** Followed by a limit in milliseconds. */
const DECIDED_TO = "decided_to:";

/** How far the evaluation has come, in the database, so that another node goes on where one has stopped. */
@Injectable()
export class AlertProgress {
  constructor(@InjectRepository(ProgressRow) private readonly rows: Repository<ProgressRow>) {}

  /** Throws BackendUnavailableError. */
  async read(): Promise<Before> {
    const rows = new Map((await askDatabase(() => this.rows.find())).map(({ name, value }) => [name, value]));
    const decided = [...rows].filter(([name]) => name.startsWith(DECIDED_TO));
    return {
      evaluatedAt: rows.get(EVALUATED_AT) ?? null,
      graceUntil: rows.get(GRACE_UNTIL) ?? 0,
      decided: new Map(decided.map(([name, value]) => [Number(name.slice(DECIDED_TO.length)), value])),
    };
  }
}

/** In the transaction of what was decided. What was known of limits that there are no more is forgotten: it grows old. */
export async function writeProgress(manager: EntityManager, progress: Progress): Promise<void> {
  const rows = [
    { name: EVALUATED_AT, value: progress.evaluatedAt },
    { name: GRACE_UNTIL, value: progress.graceUntil },
    ...[...progress.decided].map(([limitMs, value]) => ({ name: `${DECIDED_TO}${limitMs}`, value })),
  ];
  await manager.upsert(ProgressRow, rows, ["name"]);
  await manager.delete(ProgressRow, { name: Not(In(rows.map(({ name }) => name))) });
}
