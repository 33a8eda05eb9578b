import { bytesText } from "../../../src/common/bytes-text.js";

describe("bytesText", () => {
  it.each([
    [0, "0 B"],
    [1, "1 B"],
    [999, "999 B"],
    [1000, "0.977 KiB"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [1023 * 1024, "0.999 MiB"],
    [16_777_216_000, "15.6 GiB"],
    [123 * 2 ** 30, "123 GiB"],
    [Number.MAX_SAFE_INTEGER, "8 PiB"],
    [2 ** 80, "1050000 EiB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
