import { describeAnswer, judgeAnswer, type ServerAnswer } from "../../../agent/src/delivery/server-answer.js";

function answer(status: number, body = "", location?: string): ServerAnswer {
  return { status, body, location, retryAfter: undefined, date: undefined };
}

describe("server answer", () => {
  it.each([
    [200, "accepted"],
    [204, "accepted"],
    [301, "unwelcome"],
    [400, "refused"],
    [401, "unwelcome"],
    [404, "unwelcome"],
    [408, "later"],
    [403, "unwelcome"],
    [413, "refused"],
    [422, "refused"],
    [429, "later"],
    [500, "later"],
    [502, "later"],
    [503, "later"],
  ] as const)("judges %i as %s", (status, verdict) => {
    expect(judgeAnswer(status)).toBe(verdict);
  });

  it.each<[string, ServerAnswer, string]>([
    ["the server's sentence", answer(503, '{"error":"The database is away","code":"X"}'), '503 "The database is away"'],
    ["the API key", answer(401, '{"error":"Unknown API key"}'), '401 "Unknown API key": check the API key'],
    ["the URL", answer(404, "<html>not here</html>"), "404: check the server URL"],
    [
      "a redirect",
      answer(301, "", "https://b/x"),
      '301: the server is elsewhere "https://b/x", correct the server URL',
    ],
    ["nothing it does not know", answer(502, "<html>bad gateway</html>"), "502"],
    ["an error that is no text", answer(500, '{"error":{"a":1}}'), "500"],
  ])("tells %s", (_name, given, expected) => {
    expect(describeAnswer(given)).toBe(expected);
  });

  it("lets no server forge or flood the log", () => {
    const said = describeAnswer(answer(503, JSON.stringify({ error: `a\nb\u2028c\u001b[31m${"x".repeat(1000)}` })));
    expect(said).toMatch(/^503 "a b c \[31mx+"$/);
    expect(said.length).toBeLessThan(220);
  });
});
