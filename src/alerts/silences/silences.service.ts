import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { MoreThan, Repository } from "typeorm";
import type { Actor } from "../../auth/actor.js";
import { FleetError } from "../../common/fleet-error.js";
import { askDatabase } from "../../database/ask-database.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { EventLog } from "../../events/event-log.js";
import { isoTime } from "../incidents/incident-view.js";
import { timeOrderedId } from "../time-ordered-id.js";
import type { NewSilence, SilenceView } from "./silence-answer.js";
import type { SilenceMatcher } from "./silence-match.js";
import { Silence } from "./silence.entity.js";

/** All are compared with every incident. */
const MAX_SILENCES = 500;
const LONGEST_MS = 365 * 86_400_000;

interface SilenceDocument {
  readonly matcher: SilenceMatcher;
  readonly comment: string;
  readonly createdBy: string;
}

/** The silences in effect. What was changed is in the event log before a method resolves; all throw BackendUnavailableError. */
@Injectable()
export class SilencesService {
  constructor(
    @InjectRepository(Silence) private readonly silences: Repository<Silence>,
    private readonly cipher: DocumentCipher,
    private readonly clock: DatabaseClock,
    private readonly events: EventLog,
  ) {}

  /** Those that have not ended, newest first. */
  async list(): Promise<SilenceView[]> {
    const rows = await askDatabase(() =>
      this.silences.find({ where: { endsAt: MoreThan(this.clock.nowMs()) }, order: { id: "DESC" } }),
    );
    return rows.flatMap((row) => this.view(row) ?? []);
  }

  async matchers(): Promise<readonly SilenceMatcher[]> {
    return (await this.list()).map(({ matcher }) => matcher);
  }

  /** Throws FleetError 400 and 409. */
  async create({ username, address }: Actor, { matcher, until, duration, comment }: NewSilence): Promise<SilenceView> {
    const now = this.clock.nowMs();
    const endsAt = until === undefined ? now + (duration ?? 0) * 1000 : Date.parse(until);
    if (endsAt <= now || endsAt > now + LONGEST_MS) {
      throw new FleetError(400, "INVALID_SILENCE", "The silence must end in the future, and within a year.");
    }
    if ((await askDatabase(() => this.silences.countBy({ endsAt: MoreThan(now) }))) >= MAX_SILENCES) {
      throw new FleetError(409, "TOO_MANY_SILENCES", `There are ${MAX_SILENCES} silences already: end some of them.`);
    }
    const { machine_id = null, tag = null, kind = null } = matcher;
    const document: SilenceDocument = { matcher: { machine_id, tag, kind }, comment, createdBy: username };
    const row = {
      id: timeOrderedId(now),
      createdAt: now,
      endsAt,
      document: this.cipher.seal(JSON.stringify(document)),
    };
    await askDatabase(() => this.silences.insert(row));
    await this.events.record({
      kind: "silence.created",
      subject: row.id,
      actor: username,
      address,
      details: { ...document.matcher, ends_at: isoTime(endsAt), comment },
    });
    return viewOf(row, document);
  }

  /** Throws FleetError 404. */
  async remove({ username, address }: Actor, id: string): Promise<void> {
    const { affected } = await askDatabase(() => this.silences.delete({ id, endsAt: MoreThan(this.clock.nowMs()) }));
    if (affected !== 1) {
      throw new FleetError(404, "UNKNOWN_SILENCE", "There is no such silence; it may have ended already.");
    }
    await this.events.record({ kind: "silence.deleted", subject: id, actor: username, address });
  }

  /** Undefined where no key opens it: nobody could tell what it silences. */
  private view(row: Silence): SilenceView | undefined {
    try {
      return viewOf(row, JSON.parse(this.cipher.open(row.document)) as SilenceDocument);
    } catch {
      return undefined;
    }
  }
}

function viewOf({ id, createdAt, endsAt }: Silence, { matcher, comment, createdBy }: SilenceDocument): SilenceView {
  return {
    id,
    matcher,
    created_at: isoTime(createdAt),
    ends_at: isoTime(endsAt),
    comment,
    created_by: createdBy,
  };
}
