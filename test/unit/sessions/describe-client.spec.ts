import { clientAddress, clientUserAgent } from "../../../src/sessions/describe-client.js";

describe("clientAddress", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8::1"],
    [undefined, null],
    ["", null],
    ["unknown", null],
    ["192.0.2.1:4711", null],
    ["fe80::1%<script>", null],
    ["192.0.2.1\nLogin", null],
    ["x".repeat(100_000), null],
  ])("of %j is %j", (ip, shown) => {
    expect(clientAddress(ip)).toBe(shown);
  });
});

describe("clientUserAgent", () => {
  it.each([
    ["curl/8.5.0", "curl/8.5.0"],
    [undefined, null],
    ["   ", null],
    ["evil\u001b[31m\u202ename\r\n\u2028", "evil?[31m?name???"],
    ["x".repeat(100_000), "x".repeat(256)],
  ])("of %j is %j", (header, shown) => {
    expect(clientUserAgent(header)).toBe(shown);
  });

  it("leaves no half of a character that the cut goes through", () => {
    expect(clientUserAgent(`${"x".repeat(255)}😀`)).toBe(`${"x".repeat(255)}?`);
  });
});
