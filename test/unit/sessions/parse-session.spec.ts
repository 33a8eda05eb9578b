import { parseSession } from "../../../src/sessions/store/parse-session.js";

describe("parseSession", () => {
  it("reads a stored session", () => {
    expect(parseSession('{"cookie":{"path":"/"},"user":{"username":"alice","role":"admin"}}')).toEqual({
      cookie: { path: "/" },
      user: { username: "alice", role: "admin" },
    });
  });

  it.each(["", "null", "1", '"text"', "[]", "{}", '{"cookie":null}', '{"cookie":1}', '{"cookie":{}', "\0"])(
    "takes %j for no session",
    (text) => {
      expect(parseSession(text)).toBeNull();
    },
  );
});
