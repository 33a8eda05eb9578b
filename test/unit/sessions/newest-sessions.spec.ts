import type { ListedLogin } from "../../../src/sessions/listed-login.js";
import { NewestSessions, type SessionPosition } from "../../../src/sessions/newest-sessions.js";

const session = (id: string, startedAtMs: number): ListedLogin => ({
  ...{ id, startedAtMs, key: `key-${id}`, username: "alice" },
  ...{ lastUsedAtMs: 0, address: null, userAgent: null },
});

function pageOf(sessions: readonly ListedLogin[], limit: number, after?: SessionPosition) {
  const newest = new NewestSessions(limit, after);
  for (const each of sessions) newest.offer(each);
  const { sessions: kept, more, total } = newest.page();
  return { ids: kept.map(({ id }) => id), more, total, last: kept.at(-1) };
}

describe("NewestSessions", () => {
  it("keeps the newest, of those that began together the first by id, and tells whether there is more", () => {
    const sessions = [session("c", 5), session("a", 1), session("b", 5), session("d", 9)];
    expect(pageOf(sessions, 3)).toMatchObject({ ids: ["d", "b", "c"], more: true, total: 4 });
    expect(pageOf(sessions, 4)).toMatchObject({ ids: ["d", "b", "c", "a"], more: false });
    expect(pageOf([], 4)).toMatchObject({ ids: [], more: false, total: 0 });
  });

  it.each([1, 2, 7, 50])("gives each of many sessions once on pages of %i, whatever order they come in", (limit) => {
    const sessions = Array.from({ length: 100 }, (_, i) => session(`s${(i * 37) % 100}`, (i * 53) % 10));
    const seen: string[] = [];
    let after: SessionPosition | undefined;
    for (let page = pageOf(sessions, limit); ; page = pageOf(sessions, limit, after)) {
      seen.push(...page.ids);
      expect(page.total).toBe(100);
      after = page.last;
      if (!page.more) break;
      expect(page.ids).toHaveLength(limit);
    }
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
  });
});
