import { nodeVersionProblem } from "../../../scripts/setup/node-version.mjs";

describe("the check of the Node.js version", () => {
  it.each(["v20.19.0", "v20.20.2", "v22.0.0", "v24.1.3", "v100.0.0"])("takes %s", (version) => {
    expect(nodeVersionProblem(version)).toBeNull();
  });

  it.each(["v0.12.18", "v14.21.3", "v18.20.8", "v20.9.0", "v20.18.3"])(
    "refuses %s by name, with the fix",
    (version) => {
      expect(nodeVersionProblem(version)).toMatch(
        new RegExp(`needs Node\\.js 20\\.19 or newer, but this is ${version}\\.\nInstall .*nodejs\\.org`),
      );
    },
  );
});
