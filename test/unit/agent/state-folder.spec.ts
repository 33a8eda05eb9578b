import { defaultStateFolder, type StateSurroundings } from "../../../agent/src/queue/state-folder.js";

const LINUX: StateSurroundings = { platform: "linux", uid: 1000, home: "/home/ann", environment: {} };

describe("the agent's state folder", () => {
  it.each<[string, Partial<StateSurroundings>, string]>([
    ["of root", { uid: 0 }, "/var/lib/fleet-agent"],
    ["of anybody else", {}, "/home/ann/.local/state/fleet-agent"],
    ["where XDG says", { environment: { XDG_STATE_HOME: "/x/state" } }, "/x/state/fleet-agent"],
    ["not where XDG must not say", { environment: { XDG_STATE_HOME: "x" } }, "/home/ann/.local/state/fleet-agent"],
    ["given by systemd", { uid: 0, environment: { STATE_DIRECTORY: "/var/lib/a:/var/lib/b" } }, "/var/lib/a"],
    [
      "on Windows",
      { platform: "win32", uid: undefined, home: "C:\\Users\\ann", environment: { LOCALAPPDATA: "C:\\L" } },
      "C:\\L\\fleet-agent",
    ],
  ])("is %s", (_name, surroundings, expected) => {
    expect(defaultStateFolder({ ...LINUX, ...surroundings })).toBe(expected);
  });
});
