import { assertUsername, passwordProblem } from "../../../src/auth/accounts/account-rules.js";

describe("passwordProblem", () => {
  it.each([
    ["correct horse battery", "alice", null],
    ["twelve chars", "alice", null],
    ["eleven char", "alice", /too short/],
    ["", "alice", /too short/],
    // Counted as people count, after normalization: twelve letters with their accents apart are twelve.
    ["e\u0301a\u0301o\u0301u\u0301i\u0301n\u0303", "alice", /too short/],
    ["😀😁😂🤣😃😄", "alice", /too short/],
    ["パスワードを長くすること", "alice", null],
    ["aaaaaaaaaaaaaaaaaaaa", "bob", /repeats itself/],
    ["abababababababababab", "x", /repeats itself/],
    ["administrator", "administrator", /user name/],
    ["ALICEALICEalice", "alice", /user name/],
    ["alice1234567", "Alice", /user name/],
    ["alice and the white rabbit", "alice", null],
    ["x".repeat(3) + "many different characters", "x", null],
  ])("of %j for %j is %p", (password, username, problem) => {
    if (problem === null) expect(passwordProblem(password, username)).toBeNull();
    else expect(passwordProblem(password, username)).toMatch(problem);
  });

  it("never repeats the password", () => {
    for (const password of ["hunter2", "aaaaaaaaaaaaaa", "carolcarolcarol"]) {
      expect(passwordProblem(password, "carol")).not.toContain(password);
    }
  });
});

describe("assertUsername", () => {
  it.each(["a", "alice", "Alice.B-2", "alice@example.com", "a+b_c", "0ps", "x".repeat(128)])("takes %j", (name) => {
    expect(() => {
      assertUsername(name);
    }).not.toThrow();
  });

  it.each(["", ".", "..", "-rf", "_x", "a b", "a/b", "a\\b", "a%2F", "älice", "a\0", "a\n", "a:b", "x".repeat(129)])(
    "refuses %j",
    (name) => {
      expect(() => {
        assertUsername(name);
      }).toThrow(expect.objectContaining({ status: 400, code: "INVALID_USERNAME" }) as Error);
    },
  );
});
