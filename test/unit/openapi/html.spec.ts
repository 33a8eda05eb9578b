import { type Html, html } from "../../../src/openapi/html.js";

describe("html", () => {
  it.each<[string | number | null | undefined | false, string]>([
    [`<script>alert("x")</script>`, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"],
    [`" onload='x'`, "&quot; onload=&#39;x&#39;"],
    ["&amp;", "&amp;amp;"],
    ["plain – ünïcode 🖥", "plain – ünïcode 🖥"],
    [0, "0"],
    [12.5, "12.5"],
    [null, ""],
    [undefined, ""],
    [false, ""],
    ["", ""],
  ])("writes %j as %j", (value, expected) => {
    expect(html`<b>${value}</b>`.toString()).toBe(`<b>${expected}</b>`);
  });

  it("takes pieces of HTML as they are, and escapes each value once", () => {
    const inner = html`<i>${"<&>"}</i>`;
    expect(html`<b>${inner}${[inner, "<"]}</b>`.toString()).toBe("<b><i>&lt;&amp;&gt;</i><i>&lt;&amp;&gt;</i>&lt;</b>");
  });

  it("does not take an object that looks like a piece of HTML for one", () => {
    const forged = JSON.parse('{"text":"<script>"}') as Html;
    expect(() => html`${forged}`.toString()).toThrow();
  });
});
