import { addressRule, delaySeconds, pairRuleFor } from "../../../src/auth/throttling/login-delays.js";

const usual = pairRuleFor({ userFailures: 0, familiar: false });
const besieged = pairRuleFor({ userFailures: 51, familiar: false });

describe("the delay after failed logins", () => {
  it.each([
    ["one name from one address", usual, 0, 0],
    ["one name from one address", usual, 1, 0],
    ["one name from one address", usual, 4, 0],
    ["one name from one address", usual, 5, 5],
    ["one name from one address", usual, 6, 10],
    ["one name from one address", usual, 7, 20],
    ["one name from one address", usual, 12, 640],
    ["one name from one address", usual, 13, 900],
    ["one name from one address", usual, 5_000, 900],
    ["a name under siege from one address", besieged, 0, 0],
    ["a name under siege from one address", besieged, 1, 60],
    ["a name under siege from one address", besieged, 2, 120],
    ["a name under siege from one address", besieged, 5_000, 900],
    ["one address", addressRule, 29, 0],
    ["one address", addressRule, 30, 2],
    ["one address", addressRule, 31, 4],
    ["one address", addressRule, 35, 60],
    ["one address", addressRule, 5_000, 60],
  ])("for %s (%j) after %d failures is %d s", (_what, rule, failures, seconds) => {
    expect(delaySeconds(failures, rule)).toBe(seconds);
  });

  it.each([
    [50, false, usual],
    [51, false, besieged],
    [51, true, usual],
    [1_000_000, true, usual],
  ])("with %d failures of the name from everywhere, familiar: %s, follows %j", (userFailures, familiar, rule) => {
    expect(pairRuleFor({ userFailures, familiar })).toEqual(rule);
  });
});
