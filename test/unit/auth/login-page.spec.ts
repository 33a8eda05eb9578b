import { loginPage } from "../../../src/auth/login-page.js";

describe("loginPage", () => {
  const markup = `"><script>alert(1)</script>`;

  it("escapes whatever was typed or configured", () => {
    const text = loginPage({ organization: markup, next: `/${markup}`, username: markup, problem: markup });
    expect(text).not.toContain("<script>");
    expect(text).not.toContain('value=""><');
  });

  it("posts to this server, and asks browsers to fill in what they know", () => {
    const text = loginPage({ organization: "Acme", next: "/dashboard" });
    expect(text).toMatch(/<form[^>]* method="post" action="\/login"/);
    expect(text).toContain('autocomplete="username"');
    expect(text).toContain('autocomplete="current-password"');
    expect(text).toContain('name="next" value="/dashboard"');
    expect(text).not.toContain('role="alert"');
  });

  it("says what was wrong, keeps the name, and never the password", () => {
    const text = loginPage({ organization: "Acme", next: "/", username: "alice", problem: "That did not work." });
    expect(text).toMatch(/role="alert">That did not work\.</);
    expect(text).toContain('value="alice"');
    expect(text).not.toMatch(/type="password"[^>]*\svalue=/);
  });
});
