import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { type EntityManager, IsNull, Repository } from "typeorm";
import { mapInSlices } from "../../common/map-in-slices.js";
import { askDatabase } from "../../database/ask-database.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import type { Changes, Closing, Known, Opening, OpenIncident } from "../evaluation/changes.js";
import { Condition } from "../evaluation/condition.entity.js";
import { timeOrderedId } from "../time-ordered-id.js";
import { openIncidentDocument } from "./incident-document.js";
import { Incident } from "./incident.entity.js";

/** So many rows stand in one statement. */
const ROWS = 200;

/** What is open and what is waited for, as the evaluation reads and writes it. */
@Injectable()
export class IncidentStore {
  constructor(
    @InjectRepository(Incident) private readonly incidents: Repository<Incident>,
    @InjectRepository(Condition) private readonly conditions: Repository<Condition>,
    private readonly cipher: DocumentCipher,
  ) {}

  /** Throws BackendUnavailableError. */
  async read(now: number): Promise<Known> {
    const [rows, conditions] = await Promise.all([
      askDatabase(() => this.incidents.findBy({ closedAt: IsNull() })),
      askDatabase(() => this.conditions.find()),
    ]);
    const open = await mapInSlices(rows, (row) => ({ row, document: openIncidentDocument(this.cipher, row.document) }));
    return { now, open, conditions };
  }

  /** Waits and figures of mass losses, in the transaction of the evaluation. */
  async writeConditions(manager: EntityManager, { waits, forgets, updates }: Changes): Promise<void> {
    for (const { kind, subject } of forgets) await manager.delete(Condition, { kind, subject });
    for (const rows of chunks(waits)) await manager.insert(Condition, [...rows]);
    for (const { id, document, ...figures } of updates) {
      const sealed = document && { document: this.cipher.seal(JSON.stringify(document)) };
      await manager.update(Incident, { id }, { ...figures, ...sealed });
    }
  }

  /** Resolves with what was opened. `isSilenced`: nobody is told of it for now. */
  async open(
    manager: EntityManager,
    openings: readonly Opening[],
    now: number,
    isSilenced: (opening: Opening, subject: string) => boolean,
  ): Promise<OpenIncident[]> {
    const opened = openings.map((opening): OpenIncident => {
      const id = timeOrderedId(now);
      const subject = opening.subject ?? id;
      const silenced = isSilenced(opening, subject);
      const { kind, severity, value, threshold, document, loss } = opening;
      const row: Incident = {
        id,
        kind,
        severity,
        subject,
        openedAt: now,
        closedAt: null,
        value,
        threshold,
        count: loss?.count ?? null,
        missing: loss?.count ?? null,
        lostFrom: loss?.from ?? null,
        lostTo: loss?.to ?? null,
        lostLimit: loss?.limitMs ?? null,
        gathersUntil: loss?.gathersUntil ?? null,
        silenced,
        told: !silenced,
        document: this.cipher.seal(JSON.stringify(document)),
      };
      return { row, document };
    });
    for (const rows of chunks(opened))
      await manager.insert(
        Incident,
        rows.map(({ row }) => row),
      );
    return opened;
  }

  /** Resolves with the incidents as they are told at their end. */
  async close(manager: EntityManager, closings: readonly Closing[], now: number): Promise<OpenIncident[]> {
    const closed: OpenIncident[] = [];
    for (const { incident, summary } of closings) {
      await manager.update(Incident, { id: incident.row.id }, { closedAt: now });
      closed.push({ row: { ...incident.row, closedAt: now }, document: { ...incident.document, summary } });
    }
    return closed;
  }
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS);
}
