import { assetUrl, findAsset } from "../../../src/common/html/assets.js";
import { type Html, html } from "../../../src/common/html/html.js";
import { page } from "../../../src/common/html/page.js";

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

describe("page", () => {
  const text = page({ title: "Machines", organization: "A & B <Ltd>", refreshSeconds: 5, body: html`<p>hello</p>` });

  it("names the organization in its title", () => {
    expect(text).toContain("<title>Machines · A &amp; B &lt;Ltd&gt;</title>");
  });

  it("keeps to a content security policy without inline style or script", () => {
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
  });

  it("loads itself again only where that is asked for", () => {
    expect(text).toContain('http-equiv="refresh" content="5"');
    expect(page({ title: "t", organization: "o", body: html`` })).not.toContain("refresh");
  });
});

describe("assets", () => {
  it.each(["style.css", "icon.svg"] as const)("gives %s an address that changes with its content", (name) => {
    const asset = findAsset(name);
    expect(asset?.content.length).toBeGreaterThan(100);
    expect(assetUrl(name)).toBe(`/assets/${name}?v=${asset?.version ?? ""}`);
  });

  it.each(["nothing.css", "toString", "__proto__", "../style.css", ""])("knows no asset called %j", (name) => {
    expect(findAsset(name)).toBeUndefined();
  });
});
