import type { ListedLogin } from "./listed-login.js";

/** Where one page of a list ends and the next begins. */
export type SessionPosition = Pick<ListedLogin, "startedAtMs" | "id">;

/** Keeps the newest of any number of sessions, a page of them, so that a list needs no more room than a page. */
export class NewestSessions {
  private kept: ListedLogin[] = [];
  private offered = 0;

  /** A page of `limit` sessions that begins after the position `after`, or with the newest. */
  constructor(
    private readonly limit: number,
    private readonly after?: SessionPosition,
  ) {}

  offer(session: ListedLogin): void {
    this.offered++;
    if (this.after && inOrder(session, this.after) <= 0) return;
    this.kept.push(session);
    if (this.kept.length > 2 * this.limit + 1) this.cut();
  }

  /** The page, newest first; whether there is more after it; and how many sessions were offered, on any page. */
  page(): { sessions: ListedLogin[]; more: boolean; total: number } {
    this.cut();
    return { sessions: this.kept.slice(0, this.limit), more: this.kept.length > this.limit, total: this.offered };
  }

  /** One more than the page, which tells that there is more. */
  private cut(): void {
    this.kept = this.kept.sort(inOrder).slice(0, this.limit + 1);
  }
}

/** Negative where `one` comes first. */
function inOrder(one: SessionPosition, other: SessionPosition): number {
  if (one.startedAtMs !== other.startedAtMs) return other.startedAtMs - one.startedAtMs;
  return one.id < other.id ? -1 : Number(one.id > other.id);
}
