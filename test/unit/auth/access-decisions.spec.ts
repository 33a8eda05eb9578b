import { AgentKeys } from "../../../src/auth/agent-keys.js";
import { assertRole } from "../../../src/auth/assert-role.js";
import type { Role } from "../../../src/common/access.js";

const refusal = (decision: () => void) => {
  try {
    decision();
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return { status, code, message };
  }
  return "let in";
};

describe("assertRole", () => {
  it.each([
    ["viewer", "viewer", true],
    ["viewer", "operator", false],
    ["viewer", "admin", false],
    ["operator", "viewer", true],
    ["operator", "operator", true],
    ["operator", "admin", false],
    ["admin", "viewer", true],
    ["admin", "admin", true],
    ["a role of a newer version", "viewer", false],
    ["", "viewer", false],
  ])("with the role %s where %s is needed: let in is %s", (role, atLeast, letIn) => {
    const outcome = refusal(() => {
      assertRole({ username: "alice", role: role as Role, by: "login" }, atLeast as Role);
    });
    if (letIn) expect(outcome).toBe("let in");
    else expect(outcome).toMatchObject({ status: 403, code: "FORBIDDEN" });
  });

  it("tells those who are not logged in to log in", () => {
    expect(
      refusal(() => {
        assertRole(undefined, "viewer");
      }),
    ).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });
});

describe("AgentKeys", () => {
  const accepted = ["the-old-key", "the-new-key"];
  const outcome = (key: string | undefined) =>
    refusal(() => {
      new AgentKeys(accepted).assertAccepted(key);
    });

  it.each(accepted)("lets in %s, one of the listed keys", (key) => {
    expect(outcome(key)).toBe("let in");
  });

  it.each([undefined, "", "the-old-key ", "the-old-ke", "THE-OLD-KEY", "the-old-key, the-new-key", "the-old-key\0"])(
    "refuses %j without repeating it or a right one",
    (key) => {
      const refused = outcome(key);
      expect(refused).toMatchObject({ status: 401, code: "INVALID_API_KEY" });
      expect(JSON.stringify(refused)).not.toMatch(/the-old|the-new/i);
    },
  );

  it("says whether the key is missing or wrong", () => {
    expect(outcome(undefined)).toMatchObject({ message: expect.stringContaining("missing") as unknown });
    expect(outcome("another")).toMatchObject({ message: expect.stringContaining("wrong") as unknown });
  });
});
