import { hasKeyForm, newApiKey } from "../../../src/auth/api-keys/api-key-text.js";

describe("the form of API keys", () => {
  it("is that of every new key", () => {
    for (let count = 0; count < 100; count++) expect(hasKeyForm(newApiKey())).toBe(true);
  });

  it.each([
    "",
    "fleet_",
    "fleet_short",
    `${newApiKey()}x`,
    newApiKey().replace("fleet_", "other_"),
    `${newApiKey().slice(0, -1)}!`,
  ])("is not that of %j", (text) => {
    expect(hasKeyForm(text)).toBe(false);
  });
});
