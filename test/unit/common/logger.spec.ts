import { readFileSync } from "node:fs";
import path from "node:path";
import { createLogger } from "../../../src/common/logger.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("an error in the log", () => {
  it("tells what went wrong and where, and no value that a statement was given", () => {
    const file = path.join(makeTempFolder("log"), "node.log");
    const logger = createLogger({ level: "error", format: "json", file });
    const cause = Object.assign(new Error("the driver's words"), { code: "42703", parameters: ["a secret"] });
    const failed = Object.assign(new Error("the statement failed", { cause }), {
      parameters: ["a secret"],
      query: "x",
    });
    logger.error({ err: failed }, "Unexpected error");
    const text = readFileSync(file, "utf8");
    expect(JSON.parse(text)).toMatchObject({
      msg: "Unexpected error",
      err: { message: "the statement failed", cause: { message: "the driver's words", code: "42703" } },
    });
    expect(text).toContain("logger.spec");
    expect(text).not.toContain("a secret");
  });
});
