import { HttpSink } from "../support/http-sink.js";
import { MailSink } from "../support/mail-sink.js";
import { LogLines } from "../unit/cluster/log-lines.js";
import { describeAlerts, hot, ids } from "./alerts-on-both-databases.js";

describeAlerts("notifications", (open) => {
  it("deliver in order, again and again, and give up after a day", async () => {
    const log = new LogLines();
    const sink = await HttpSink.start();
    const receiver = { name: "hook", type: "webhook", secret: "sixteen characters" };
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.receivers": [
        { ...receiver, url: `${sink.url}/broken` },
        { ...receiver, name: "quiet", url: `${sink.url}/quiet`, min_severity: "critical" },
      ],
    });
    await stage.report(["a"], hot);
    await stage.look();
    stage.pass(10);
    await stage.report(["a"]);
    await stage.look();
    const [incident] = (await stage.incidents()).incidents;
    const states = async () =>
      (await (await stage.incidents()).find(incident?.id ?? "")).notifications.map(
        ({ receiver: name, what, attempts, failed_at, last_error }) => [
          name,
          what,
          attempts,
          failed_at !== null,
          last_error,
        ],
      );
    await stage.deliver();
    await stage.deliver();
    const error = `${new URL(sink.url).host} answered 500`;
    expect(await states()).toEqual([
      ["hook", "opened", 1, false, error],
      ["hook", "closed", 0, false, null],
    ]);
    stage.pass(24 * 3600);
    await stage.deliver();
    expect(await states()).toEqual([
      ["hook", "opened", 2, true, error],
      ["hook", "closed", 1, true, error],
    ]);
    const keys = sink.requests.map(({ headers, path }) => [path, headers["idempotency-key"]]);
    const key = (what: string) => ["/broken", `${incident?.id ?? ""}-${what}-hook`];
    expect(keys).toEqual([key("opened"), key("opened"), key("closed")]);
    expect(log.lines.join("\n")).toContain("notification.failed");
    expect(log.lines.join("\n")).not.toMatch(/secret of the receiver|sixteen characters|\/broken/);

    stage.pass(91 * 86_400);
    await stage.clear();
    expect((await stage.incidents()).incidents).toEqual([]);
  });

  it("reach a receiver whatever waits for another, which is given up after a day", async () => {
    const sink = await HttpSink.start();
    const hook = { type: "webhook", secret: "sixteen characters" };
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.receivers": [
        { ...hook, name: "dead", url: `${sink.url}/broken` },
        { ...hook, name: "good", url: `${sink.url}/good` },
      ],
    });
    const many = ids(240);
    await stage.report(many, hot);
    await stage.look();
    stage.pass(10);
    await stage.report(many);
    await stage.look();
    const told = () =>
      new Set(sink.requests.filter(({ path }) => path === "/good").map((each) => each.headers["idempotency-key"]));
    const deliverUntil = async (count: number) => {
      // A connection that breaks costs a turn.
      for (let run = 0; run < 20 && told().size < count; run++) {
        await stage.deliver();
        stage.pass(10);
      }
      expect(told().size).toBe(count);
    };
    await deliverUntil(480);
    stage.pass(3 * 86_400);
    await stage.report(["late"], hot);
    await stage.look();
    await deliverUntil(481);
    await stage.deliver();
    const { incidents } = await stage.incidents({ limit: "500", kind: "cpu" });
    const states = new Map<string, number>();
    for (const {
      subject,
      deliveries: { delivered, failed, pending },
    } of incidents) {
      const state = `${subject === "late" ? "late " : ""}${delivered} ${failed} ${pending}`;
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    expect([...states]).toEqual([
      ["late 1 0 1", 1],
      ["2 2 0", 240],
    ]);
  });

  it("are one message to people where many are found at once, and one each to programs", async () => {
    const [web, mail] = [await HttpSink.start(), await MailSink.start()];
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.web_url": "https://fleet.example.com",
      "alerts.smtp": { host: "127.0.0.1", port: mail.port, tls: "none", from: "fleet@example.com" },
      "alerts.receivers": [
        { name: "mail", type: "email", to: ["ops@example.com"] },
        { name: "chat", type: "slack", url: `${web.url}/broken` },
        { name: "hook", type: "webhook", url: `${web.url}/hook`, secret: "sixteen characters" },
      ],
    });
    const many = ids(130);
    await stage.report(many, hot);
    await stage.look();
    await stage.deliver();
    // A chat that takes nothing yet: the ends wait for the beginnings, as they go out.
    stage.pass(10);
    await stage.report(many.slice(0, 120));
    await stage.look();
    for (let run = 0; run < 4; run++) {
      await stage.deliver();
      stage.pass(30);
    }
    const mails = mail.mails.map(({ text }) => text.replaceAll("=\r\n", ""));
    const subjects = mails.map((text) => /^Subject: (.* incidents, the first): CPU usage of/m.exec(text)?.[1]);
    expect(subjects.toSorted()).toEqual([
      "[Fleet] Closed: 100 incidents, the first",
      "[Fleet] Closed: 20 incidents, the first",
      "[Fleet] Opened, warning: 100 incidents, the first",
      "[Fleet] Opened, warning: 30 incidents, the first",
    ]);
    const largest = mails.find((text) => text.includes("Opened, warning: 100"));
    expect(largest).toMatch(/And 80 more\.\s+Severity: warning[^]+https:\/\/fleet\.example\.com\/alerts\s/);
    expect(web.to("/hook").length).toBeGreaterThanOrEqual(250);
    const named = web
      .to("/hook")
      .map(({ body }) => (JSON.parse(body) as { incident: { subject: string } }).incident.subject);
    expect(new Set(named)).toEqual(new Set(many));
    // The same texts under the same two keys, at every attempt.
    const chats = web.to("/broken");
    expect(chats.length).toBeGreaterThan(2);
    expect(new Set(chats.map(({ body }) => body)).size).toBe(2);
    expect(new Set(chats.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
    stage.pass(24 * 3600);
    for (let run = 0; run < 2; run++) await stage.deliver();
    const { incidents } = await stage.incidents({ limit: "500" });
    const states = incidents.map(({ closed_at, deliveries }) => [closed_at !== null, deliveries]);
    expect(states.filter(([closed]) => closed)).toEqual(
      Array(120).fill([true, { pending: 0, delivered: 4, failed: 2 }]),
    );
    expect(states.filter(([closed]) => !closed)).toEqual(
      Array(10).fill([false, { pending: 0, delivered: 2, failed: 1 }]),
    );
  });

  it("say once more how large a mass loss is, when it has grown by the end of its window", async () => {
    const sink = await HttpSink.start();
    const hook = { name: "hook", type: "webhook", url: `${sink.url}/hook`, secret: "sixteen characters" };
    const stage = await open({ "alerts.grace": 0, "alerts.receivers": [hook] });
    const [first, second, third] = [ids(10, "first"), ids(15, "second"), ids(30, "third")];
    await stage.report([...first, ...second, ...third]);
    await stage.look();
    await stage.watch(40, [...second, ...third]);
    await stage.watch(60, third);
    await stage.watch(180);
    await stage.deliver();
    for (let run = 0; run < 3; run++) await stage.watch(60);
    await stage.deliver();
    const told = sink.requests.map(
      ({ body }) => JSON.parse(body) as { event: string; incident: Record<string, unknown> },
    );
    expect(told.map(({ event, incident: { count } }) => [event, count])).toEqual([
      ["incident.opened", 10],
      ["incident.updated", 55],
    ]);
    expect(told[1]?.incident["summary"]).toMatch(/^55 machines stopped reporting within/);
    await stage.watch(20, [...first, ...second, ...third]);
    await stage.deliver();
    expect(JSON.parse(sink.requests.at(-1)?.body ?? "")).toMatchObject({ event: "incident.closed" });
    expect(sink.requests).toHaveLength(3);
  });

  it("say which recipients a mail server refused, and mail the others once", async () => {
    const sink = await MailSink.start();
    sink.stranger = "gone@example.com";
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.smtp": { host: "127.0.0.1", port: sink.port, tls: "none", from: "fleet@example.com" },
      "alerts.receivers": [{ name: "mail", type: "email", to: ["ops@example.com", sink.stranger] }],
    });
    await stage.report(["a"], hot);
    await stage.look();
    for (let run = 0; run < 2; run++) {
      await stage.deliver();
      stage.pass(3600);
    }
    expect(sink.mails.map(({ to }) => to)).toEqual([["ops@example.com"]]);
    const [incident] = (await stage.incidents()).incidents;
    const { notifications } = await (await stage.incidents()).find(incident?.id ?? "");
    expect(notifications).toMatchObject([
      {
        attempts: 1,
        next_attempt_at: null,
        delivered_at: null,
        failed_at: expect.any(String) as string,
        last_error: "the mail server refused 1 of 2 recipients, and the others have it: gone@example.com",
      },
    ]);
  });

  it("go to a receiver that has become a program each by itself", async () => {
    const sink = await HttpSink.start();
    const first = await open({
      "alerts.cpu.for": 0,
      "alerts.receivers": [{ name: "ops", type: "slack", url: `${sink.url}/broken` }],
    });
    await first.report(ids(20), hot);
    await first.look();
    await first.deliver();
    const hook = { name: "ops", type: "webhook", url: `${sink.url}/hook`, secret: "sixteen characters" };
    const stage = await first.reopen({ "alerts.cpu.for": 0, "alerts.receivers": [hook] });
    // In two turns: what was taken in the first is not sent again.
    sink.failAfter = 7;
    for (let run = 0; run < 5 && sink.to("/hook").length < 21; run++) {
      stage.pass(20);
      await stage.deliver();
    }
    const keys = sink.to("/hook").map(({ headers }) => headers["idempotency-key"]);
    const { incidents } = await stage.incidents({ limit: "500" });
    expect(new Set(keys)).toEqual(new Set(incidents.map(({ id }) => `${id}-opened-ops`)));
    expect(keys).toHaveLength(21);
    expect(incidents.map(({ deliveries }) => deliveries.delivered)).toEqual(Array(20).fill(1));
  });

  it("of a mass loss that grows wait for the end of a silence, and say then how large it is", async () => {
    const sink = await HttpSink.start();
    const hook = { name: "hook", type: "webhook", url: `${sink.url}/hook`, secret: "sixteen characters" };
    const stage = await open({ "alerts.grace": 0, "alerts.receivers": [hook] });
    const silence = () =>
      stage.silences.create(
        { username: "alice", address: undefined },
        { matcher: { kind: "machine_offline" }, duration: 400, comment: "" },
      );
    const told = () =>
      sink.requests.map(({ body }) => {
        const { event, incident } = JSON.parse(body) as { event: string; incident: { count: number; value: number } };
        return [event, incident.count, incident.value];
      });
    const [first, second] = [ids(10, "first"), ids(30, "second")];
    await stage.report([...first, ...second]);
    await stage.look();
    await stage.watch(60, second);
    await stage.watch(60);
    await stage.deliver();
    await silence();
    await stage.watch(380);
    await stage.deliver();
    expect(told()).toEqual([["incident.opened", 10, 10]]);
    await stage.watch(40);
    await stage.deliver();
    expect(told().slice(1)).toEqual([["incident.updated", 40, 40]]);

    // One of which nobody was told is told once, with what there is.
    await stage.watch(20, [...first, ...second]);
    await stage.deliver();
    sink.requests.length = 0;
    await silence();
    await stage.watch(60, second);
    await stage.watch(300);
    await stage.deliver();
    expect(told()).toEqual([]);
    await stage.watch(60);
    await stage.deliver();
    expect(told()).toEqual([["incident.opened", 40, 40]]);
  });
});
