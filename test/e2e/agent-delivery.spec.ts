import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { answerJson, answerOk, type Answer } from "../support/report-receiver.js";
import { AgentStage } from "./agent-stage.js";

const API_KEY = "k-2b6d0e55";
const stage = AgentStage.forEachTest(API_KEY);

describe("the agent's delivery", () => {
  it("keeps the cadence and one connection", async () => {
    const server = await stage.receiver();
    stage.start([server.url]);
    const requests = await server.requests(5);
    expect(new Set(requests.map((request) => request.connection)).size).toBe(1);
    const [first, second, , , fifth] = requests.map((request) => request.atMs);
    expect(Number(second) - Number(first)).toBeGreaterThan(200);
    expect(Math.abs(Number(fifth) - Number(second) - 3000)).toBeLessThan(1_500);
  });

  it("goes to the next server when the first refuses the connection, and stays there", async () => {
    const [first, second] = [await stage.closedUrl(), await stage.receiver()];
    const agent = stage.start([first, second.url]);
    await second.requests(3);
    await agent.logged(/first report accepted by .*ECONNREFUSED/);
    expect(agent.log.split("ECONNREFUSED")).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ["does not answer", () => undefined],
    ["stops in the middle of its answer", (response) => response.writeHead(200, { "Content-Length": 99 }).write("{")],
  ])("goes to the next server when the first %s within five seconds", async (_name, answer) => {
    const first = await stage.receiver(answer);
    const second = await stage.receiver();
    const agent = stage.start([first.url, second.url]);
    const [taken] = await second.requests(2);
    expect(first.received).toHaveLength(1);
    expect(taken?.body).toBe(first.received[0]?.body);
    expect(Number(taken?.atMs) - Number(first.received[0]?.atMs)).toBeGreaterThan(4900);
    await agent.logged(/no answer within 5 s/);
  });

  it("repeats the very same report until it is taken, and says when it is", async () => {
    const server = await stage.receiver((response, index) => {
      if (index < 2) answerJson(response, 503, { error: "The database is away", code: "BACKEND_UNAVAILABLE" });
      else answerOk(response);
    });
    const agent = stage.start([server.url], "--interval=20", "--encryption-key", randomBytes(32).toString("base64"));
    const [first, second, third] = await server.requests(3);
    expect([second?.body, third?.body]).toEqual([first?.body, first?.body]);
    await agent.logged(/delivery restored by .* missed: 0/);
    expect(agent.log.match(/WARN delivery lost.*503 "The database is away"/g)).toHaveLength(1);
  });

  it("comes back no sooner than the server asks it to", async () => {
    const server = await stage.receiver((response, index) => {
      if (index === 0) answerJson(response, 429, { error: "Too busy", code: "OVERLOADED" }, { "Retry-After": "2" });
      else answerOk(response);
    });
    stage.start([server.url], "--interval=20");
    const [first, second] = await server.requests(2);
    expect(second?.body).toBe(first?.body);
    expect(Number(second?.atMs) - Number(first?.atMs)).toBeGreaterThanOrEqual(1990);
  });

  it("says that the API key is wrong, and loses nothing until it is right", async () => {
    const server = await stage.receiver((response, index) => {
      if (index < 2) answerJson(response, 401, { error: "Unknown API key", code: "UNAUTHORIZED" });
      else answerOk(response);
    });
    const agent = stage.start([server.url], "--interval=20");
    const bodies = (await server.requests(3)).map((request) => request.body);
    expect(new Set(bodies).size).toBe(1);
    await agent.logged(/delivery restored by .* missed: 0/);
    expect(agent.log.match(/WARN delivery lost.*401 "Unknown API key": check the API key/g)).toHaveLength(1);
  });

  it("goes to the next server when the first is not welcome to it", async () => {
    const first = await stage.receiver((response) => {
      answerJson(response, 403, { error: "Not here", code: "FORBIDDEN" });
    });
    const second = await stage.receiver();
    const agent = stage.start([first.url, second.url]);
    await second.requests(3);
    expect(first.received).toHaveLength(1);
    await agent.logged(/first report accepted by .*403 "Not here"/);
  });

  it("does not call it an outage when a kept connection is closed under it", async () => {
    const server = await stage.receiver((response, index, request) => {
      if (index === 1) request.socket.destroy();
      else answerOk(response);
    });
    const agent = stage.start([server.url]);
    const requests = await server.requests(4);
    expect(requests[2]?.body).toBe(requests[1]?.body);
    expect(agent.log).not.toContain("lost");
  });

  it("goes on without a place to keep reports, and counts those it misses", async () => {
    let away = true;
    const server = await stage.receiver((response) => {
      if (away) answerJson(response, 503, { error: "Away", code: "X" }, { "Retry-After": "1" });
      else answerOk(response);
    });
    const agent = stage.start([server.url], "--state-dir", "/dev/null/none");
    await agent.logged(/WARN reports that cannot be delivered are not kept: cannot use \/dev\/null\/none \(ENOTDIR\)/);
    await agent.logged(/WARN report of .* dropped/);
    away = false;
    await agent.logged(/delivery restored by .* missed: [1-9]/);
  });

  it("trusts the authority it is given, and no other server", async () => {
    const [keyFile, certFile] = [path.join(stage.folder, "server.key"), path.join(stage.folder, "server.pem")];
    const subject = ["-subj", "/CN=fleet", "-addext", "subjectAltName=IP:127.0.0.1"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", keyFile, "-out", certFile], {
      stdio: "ignore",
    });
    const tls = { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
    const server = await stage.receiver(answerOk, tls);
    expect(await stage.start([server.url], "--once", "--ca-file", certFile).ended).toMatchObject({ code: 0 });
    const wary = stage.start([server.url], "--once");
    expect(await wary.ended).toMatchObject({ code: 1 });
    expect(wary.log).toContain("self-signed certificate");
    expect(server.received).toHaveLength(1);
  });
});
