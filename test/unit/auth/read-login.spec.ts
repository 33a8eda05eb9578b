import { readLogin } from "../../../src/auth/read-login.js";

describe("readLogin", () => {
  it("takes a user name and a password, and nothing else", () => {
    expect(readLogin({ username: "alice", password: "secret", role: "admin" })).toEqual({
      username: "alice",
      password: "secret",
    });
  });

  it("takes the longest allowed", () => {
    const longest = { username: "x".repeat(128), password: "y".repeat(1024) };
    expect(readLogin(longest)).toEqual(longest);
  });

  it.each([
    ["no body", undefined],
    ["null", null],
    ["text", "username=alice"],
    ["a list", ["alice", "secret"]],
    ["nothing in it", {}],
    ["no password", { username: "alice" }],
    ["a number for the password", { username: "alice", password: 1 }],
    ["a field given twice", { username: ["a", "b"], password: "secret" }],
    ["an object for the name", { username: { $ne: "" }, password: "secret" }],
    ["too long a name", { username: "x".repeat(129), password: "secret" }],
    ["too long a password", { username: "alice", password: "x".repeat(1025) }],
  ])("refuses %s with a sentence that repeats nothing", (_what, body) => {
    const refused = () => readLogin(body);
    expect(refused).toThrow(expect.objectContaining({ status: 400, code: "INVALID_LOGIN" }) as Error);
    expect(refused).not.toThrow(/secret|xxx/);
  });
});
