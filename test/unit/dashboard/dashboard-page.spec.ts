import { type DashboardOptions, dashboardPage } from "../../../src/dashboard/dashboard-page.js";
import { machine, now, oddValues } from "./machine-fixture.js";

const show = (options: Partial<DashboardOptions> = {}) =>
  dashboardPage({
    organization: "Acme",
    username: "alice",
    machines: [machine()],
    counts: { online: 1, warning: 0, offline: 0 },
    nextCursor: null,
    nowMs: now,
    origin: "https://fleet.example",
    ...options,
  });
const text = (page: string) => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

describe("dashboardPage", () => {
  it("lists a machine with its status in words and its figures in numbers", () => {
    expect(text(show())).toContain(
      "web-01.example.com web-01 Linux 6.1 online 13 % 4 cores 43 % 6.7 GiB of 15.6 GiB 91 % 91 B of 100 B " +
        "12 s ago 5 d 4 h",
    );
    expect(show()).toContain('title="2026-11-26T10:29:48.000Z"');
  });

  it("tells the statuses apart by more than colour", () => {
    const shapes = (["online", "warning", "offline"] as const).map((status) => {
      const [row = ""] = /<tbody>.*?<\/svg>/s.exec(show({ machines: [machine({ status })] })) ?? [];
      expect(row).toContain(`class="status ${status}"`);
      return /<svg[^>]*>(.*?)<\/svg>/s.exec(row)?.[1];
    });
    expect(new Set(shapes).size).toBe(3);
  });

  it("counts the whole fleet, not only the machines of this page", () => {
    const page = show({ counts: { online: 700, warning: 20, offline: 3 }, nextCursor: 'a"b/c' });
    expect(text(page)).toContain("700 online 20 warning 3 offline");
    expect(page).toContain('href="/dashboard?cursor=a%22b%2Fc"');
    expect(text(page)).toContain("Next machines of 723");
  });

  it("loads itself again, names organization and user, and offers to log out", () => {
    const page = show();
    expect(page).toContain('http-equiv="refresh"');
    expect(page).toContain("<title>Machines · Acme</title>");
    expect(text(page)).toContain("alice");
    expect(page).toMatch(/<form method="post" action="\/logout">/);
  });

  it("shows how to add the first machine, and no key", () => {
    const page = show({ machines: [], counts: { online: 0, warning: 0, offline: 0 } });
    expect(text(page)).toContain("fleet-agent --server https://fleet.example --api-key-file FILE");
    expect(page).not.toContain("<table");
  });

  it("escapes what a machine says of itself, and where it says it was reached", () => {
    const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const odd = machine({ machine_id: markup, info: { hostname: markup, os: markup, computer_name: markup } });
    const pages = [
      show({ organization: markup, username: markup, machines: [odd] }),
      show({ origin: `http://${markup}`, counts: { online: 0, warning: 0, offline: 0 }, machines: [] }),
    ];
    for (const page of pages) expect(page).not.toMatch(/<script|<img/);
  });

  it.each(oddValues.map((value) => [value]))("bears %p for anything an agent sends", (value) => {
    const odd = value as Record<string, unknown>;
    const page = show({ machines: [machine({ info: odd, latest_metrics: odd }), machine()] });
    expect(page).not.toMatch(/<script|NaN|undefined|\[object/);
    expect(text(page)).toContain("web-01.example.com");
  });
});
