import fc from "fast-check";
import { decodeCursor, encodeCursor } from "../../../src/fleet/machines/machine-cursor.js";

describe("machine cursor", () => {
  it("survives the way to the client and back", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.string(),
        (value, machineId) => {
          const position = { value: Object.is(value, -0) ? 0 : value, machineId };
          expect(decodeCursor(encodeCursor(position))).toEqual(position);
        },
      ),
    );
  });

  it("refuses with 400 whatever it did not make", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString("base64url")),
        ),
        (text) => {
          try {
            const { value, machineId } = decodeCursor(text);
            expect(["number", "string"]).toContain(typeof value);
            expect(typeof machineId).toBe("string");
          } catch (error) {
            expect(error).toMatchObject({ status: 400, code: "INVALID_CURSOR" });
          }
        },
      ),
    );
  });
});
