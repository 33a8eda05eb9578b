import type { Incident } from "../../../dashboard/src/api/types.ts";
import { eventSubject } from "../../../dashboard/src/format/event-words.ts";
import {
  deliveryWords,
  lossText,
  measureTexts,
  openWords,
  subjectPath,
  subjectText,
  summaryText,
} from "../../../dashboard/src/format/incident-words.ts";
import { concernsAlerts } from "../../../dashboard/src/live/alert-lists.ts";
import { readAlertsAddress, withFilter, withIncident } from "../../../dashboard/src/pages/alerts/alerts-address.ts";
import { receiverText, ruleText } from "../../../dashboard/src/pages/alerts/rule-words.ts";
import { draftFor, emptyDraft, silenceOf } from "../../../dashboard/src/pages/alerts/silence-draft.ts";
import { silenceText } from "../../../dashboard/src/pages/alerts/silence-words.ts";

const tag = { trait: "tag" as const, value: "rack-7", machines: 12 };
const subnet = { trait: "subnet" as const, value: "10.0.0.0/24", machines: 12 };

describe("an incident", () => {
  it.each([
    ["cpu", 97.5, 90, "98%", "90%"],
    ["machine_offline", 121, 120, "2 min 01 s", "2 min 00 s"],
    ["certificate", 1, 14, "1 day", "14 days"],
    ["node_inactive", null, null, "–", "–"],
  ] as const)("of the kind %s was at %p with the limit %p: %s, %s", (kind, value, threshold, text, limit) => {
    expect(measureTexts({ kind, value, threshold, count: null })).toEqual({ value: text, limit });
  });

  it.each([
    ["disk", "a/b", "/machine/a%2Fb"],
    ["settings_differ", "node-a", "/cluster"],
    ["mass_offline", "019ac2f0", "/machines?status=offline"],
  ] as const)("of the kind %s about %s is looked at on %s", (kind, subject, path) => {
    expect(subjectPath({ kind, subject })).toBe(path);
  });

  it("keeps its figures on the line of their units", () => {
    const summary = "CPU usage of a 5 % box is above 90 %: 97.5 % now.";
    expect(summaryText({ summary })).toBe("CPU usage of a 5\u00A0% box is above 90\u00A0%: 97.5\u00A0% now.");
  });

  it("of many machines is called by their number, and tells how many are missing", () => {
    expect(subjectText({ kind: "mass_offline", subject_name: "019ac2f0", count: 1200 })).toBe("1,200 machines");
    expect(subjectText({ kind: "cpu", subject_name: "web-01", count: null })).toBe("web-01");
    expect(measureTexts({ kind: "mass_offline", value: null, threshold: 10, count: 12 })).toEqual({
      value: "12 machines",
      limit: "10 machines",
    });
    expect(lossText({ count: 12, missing: 9, closed_at: null })).toBe("9 of 12 still missing");
    expect(lossText({ count: 12, missing: 9, closed_at: "2026-11-28T12:00:00.000Z" })).toBe("");
    expect(lossText({ count: null, missing: null, closed_at: null })).toBe("");
  });

  it.each([
    [{ pending: 1, delivered: 2, failed: 1 }, false, "bad", "1 failed, 2 delivered"],
    [{ pending: 1, delivered: 2, failed: 0 }, false, "warning", "1 pending, 2 delivered"],
    [{ pending: 0, delivered: 2, failed: 0 }, true, "well", "2 delivered"],
    [{ pending: 0, delivered: 0, failed: 0 }, true, "unknown", "Silenced"],
    [{ pending: 0, delivered: 0, failed: 0 }, false, "unknown", "Nobody told"],
  ] as const)("with %j, silenced %p, says %s: %s", (deliveries, silenced, tone, words) => {
    expect(deliveryWords({ deliveries, silenced })).toEqual({ tone, words });
  });

  it("counts among those that are open, as bad as the worst of them", () => {
    expect(openWords(0, [])).toBeUndefined();
    expect(openWords(1, [{ severity: "warning" }])).toEqual({ tone: "warning", words: "1 open incident" });
    expect(openWords(2, [{ severity: "warning" }, { severity: "critical" }])?.tone).toBe("bad");
  });
});

describe("an event of alerts", () => {
  it.each([
    ["incident.opened", "web-01", { incident: "019a" }, "web-01"],
    ["incident.closed", "019a", { incident: "019a" }, "The fleet"],
    ["silence.deleted", "019a", null, "A silence"],
    ["machine.deleted", "web-01", null, "web-01"],
  ])("%s about %s is told of %j as of %s", (kind, subject, details, name) => {
    expect(eventSubject({ kind, subject, details })).toBe(name);
  });

  it.each([
    ["incident.opened", true],
    ["silence.created", true],
    ["notification.failed", true],
    ["machine.deleted", false],
    ["incidental", false],
  ])("%s: lists of alerts are read again: %p", (kind, concerns) => {
    expect(concernsAlerts(kind)).toBe(concerns);
  });
});

describe("the address of the alerts", () => {
  it("is understood as far as it makes sense", () => {
    expect(readAlertsAddress(new URLSearchParams("view=silences&state=closed&kind=cpu&subject=a&cursor=c"))).toEqual({
      view: "silences",
      state: "closed",
      kind: "cpu",
      subject: "a",
      cursor: "c",
      incident: undefined,
    });
    expect(readAlertsAddress(new URLSearchParams("view=x&state=y&kind=toString"))).toMatchObject({
      view: "incidents",
      state: undefined,
      kind: undefined,
    });
  });

  it("goes back to the first page with another filter, and keeps the page beside an incident", () => {
    const params = new URLSearchParams("kind=cpu&cursor=c");
    expect(withFilter(params, "kind", "disk").toString()).toBe("kind=disk");
    expect(withFilter(params, "kind", null).toString()).toBe("");
    expect(withIncident(params, "i").toString()).toBe("kind=cpu&cursor=c&incident=i");
    expect(withIncident(withIncident(params, "i"), undefined).toString()).toBe("kind=cpu&cursor=c");
  });
});

describe("a silence", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const incident = (members: Partial<Incident>) => ({
    kind: "cpu" as const,
    subject: "web-01",
    shared: [],
    ...members,
  });

  it.each([
    [incident({}), { kind: "cpu", machine: "web-01", tag: "" }],
    [incident({ kind: "mass_offline", shared: [subnet, tag] }), { kind: "mass_offline", machine: "", tag: "rack-7" }],
    [incident({ kind: "mass_offline" }), { kind: "mass_offline", machine: "", tag: "" }],
  ])("of %j begins as %j", (given, draft) => {
    expect(draftFor(given)).toMatchObject(draft);
  });

  it("is sent without what was left out", () => {
    expect(silenceOf({ ...emptyDraft, machine: " web-01 ", comment: " new disk " }, now)).toEqual({
      body: { matcher: { machine_id: "web-01" }, duration: 3600, comment: "new disk" },
    });
    const until = { ...emptyDraft, tag: "rack-7", kind: "disk", length: "until", until: "2027-01-31T12:00" } as const;
    expect(silenceOf(until, now)).toEqual({
      body: {
        matcher: { tag: "rack-7", kind: "disk" },
        until: new Date("2027-01-31T12:00").toISOString(),
        comment: "",
      },
    });
  });

  it.each([
    [emptyDraft, /machine, a tag or a kind/],
    [{ ...emptyDraft, tag: "a", length: "until", until: "" } as const, /time in the future/],
    [{ ...emptyDraft, tag: "a", length: "until", until: "2020-01-01T00:00" } as const, /time in the future/],
  ])("%j lacks something", (draft, words) => {
    const silence = silenceOf(draft, now);
    expect("lacks" in silence && silence.lacks).toMatch(words);
  });

  it.each([
    [{ kind: "disk" as const, machine_id: "db-01", tag: null }, "Disk of db-01"],
    [{ kind: null, machine_id: null, tag: "rack-7" }, "Everything of machines tagged rack-7"],
    [{ kind: "certificate" as const, machine_id: null, tag: null }, "Certificate"],
  ])("%j is called %s", (matcher, text) => {
    expect(silenceText(matcher)).toBe(text);
  });
});

describe("what is configured", () => {
  it.each([
    ["machine_offline", null, 120, "no report for 2 min"],
    ["machine_offline", null, 90, "no report for 1 min 30 s"],
    ["mass_offline", 10, 120, "10 machines or more stop reporting together"],
    ["cpu", 95, 600, "above 95% for 10 min"],
    ["disk", 90, 0, "above 90% at once"],
    ["node_inactive", null, 0, "no sign of life, told at once"],
    ["settings_differ", null, 3600, "differ from most other nodes for 1 h"],
    ["certificate", 14, 0, "ends within 14 days"],
  ] as const)("%s at %p for %p seconds: %s", (kind, threshold, seconds, text) => {
    expect(ruleText({ kind, enabled: true, threshold, for: seconds })).toBe(text);
    expect(ruleText({ kind, enabled: false, threshold, for: seconds })).toBe("off");
  });

  it("says what a receiver is told of", () => {
    expect(receiverText({ min_severity: "warning", kinds: null })).toBe("everything");
    expect(receiverText({ min_severity: "critical", kinds: ["cpu", "disk"] })).toBe("CPU, Disk, critical only");
  });
});
