import { loggableName } from "../../../src/common/loggable-name.js";

describe("loggableName", () => {
  it.each([
    ["alice", '"alice"'],
    ["Zoë 名", '"Zoë 名"'],
    ["", '""'],
    ['a" from 1.2.3.4', '"a\\" from 1.2.3.4"'],
    ["a\r\nINFO Login succeeded", '"a??INFO Login succeeded"'],
    ["\u001b[31mred", '"?[31mred"'],
    ["a\u202egnp", '"a?gnp"'],
    ["a\u2028b\u2029c\u0085d", '"a?b?c?d"'],
    ["\ud800", '"?"'],
  ])("writes %j as %s", (name, shown) => {
    expect(loggableName(name)).toBe(shown);
  });

  it("is bounded", () => {
    expect(loggableName("x".repeat(100_000)).length).toBe(130);
  });
});
