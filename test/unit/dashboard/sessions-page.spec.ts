import type { ShownSession } from "../../../src/auth/operator-sessions.js";
import { type SessionsPageOptions, sessionsPage } from "../../../src/dashboard/sessions-page.js";

const now = Date.parse("2026-11-26T10:30:00.000Z");
const session = (change: Partial<ShownSession> = {}): ShownSession => ({
  id: "0123456789abcdef0123456789abcdef",
  username: "alice",
  startedAtMs: now - 3_600_000,
  lastUsedAtMs: now - 12_000,
  address: "192.0.2.7",
  userAgent: "curl/8.5.0",
  current: false,
  ...change,
});
const show = (sessions: ShownSession[], options: Partial<SessionsPageOptions> = {}) =>
  sessionsPage({
    organization: "Acme",
    username: "admin",
    list: { sessions, total: sessions.length, nextCursor: null },
    everybody: true,
    nowMs: now,
    ...options,
  });
const text = (page: string) => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

describe("sessionsPage", () => {
  it("tells who is logged in, from where, since when", () => {
    const page = show([session()]);
    expect(text(page)).toContain("alice 192.0.2.7 curl/8.5.0 1 h ago 12 s ago End");
    expect(text(page)).toContain("1 session is logged in");
    expect(page).toContain('datetime="2026-11-26T09:30:00.000Z"');
    expect(page).toMatch(/<a href="\/sessions"\s+aria-current="page"/);
  });

  it("lets each session be ended by a form that says whose it is, but not the one that asks", () => {
    const page = show([session(), session({ id: "f".repeat(32), username: "admin", current: true })]);
    expect(page.match(/<form method="post" action="\/sessions\/revoke">/g)).toHaveLength(1);
    expect(page).toContain('aria-label="End the session of alice from 192.0.2.7"');
    expect(page).not.toContain("f".repeat(32));
    expect(text(page)).toContain("this session");
  });

  it("leads to the older ones where there are any", () => {
    expect(show([session()])).not.toContain("Older sessions");
    const list = { sessions: [session()], total: 700, nextCursor: "1-ab" };
    expect(show([], { list })).toContain('href="/sessions?cursor=1-ab"');
    expect(text(show([], { list }))).toContain("700 sessions");
  });

  it("says whose sessions they are where they are one's own", () => {
    expect(text(show([session({ current: true })], { everybody: false }))).toContain("Your sessions");
  });

  it("escapes what clients say of themselves, and bears what they do not", () => {
    const markup = `"><script>alert(1)</script>`;
    const page = show([
      session({ username: markup, address: markup, userAgent: markup }),
      session({ address: null, userAgent: null }),
    ]);
    expect(page).not.toMatch(/<script|null|undefined/);
    expect(text(page)).toContain("alice – –");
  });
});
