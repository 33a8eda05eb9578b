import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import { defaultMachineId, privateMachineId } from "../../../agent/src/machine-id.js";

const RAW = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

describe("machine id", () => {
  it("is the same for the same machine and hides the system's own id", () => {
    const id = privateMachineId(RAW);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(id).toBe(privateMachineId(`${RAW}\n`));
    expect(id).toBe(privateMachineId("0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"));
    expect(id?.replaceAll("-", "")).not.toContain(RAW.slice(0, 8));
  });

  it("never changes from one version of the agent to the next", () => {
    expect(privateMachineId(RAW)).toBe("66b21a83-8a58-804a-9466-7e3855d059d0");
  });

  it("differs between machines", () => {
    expect(privateMachineId(RAW)).not.toBe(privateMachineId(RAW.replace("3", "a")));
  });

  it.each(["", "uninitialized", "0".repeat(32), "f".repeat(32), "abc", "unknown"])("takes no id from %j", (raw) => {
    expect(privateMachineId(raw)).toBeNull();
  });

  it("is derived on this machine as documented", async () => {
    const id = await defaultMachineId();
    expect(id).toBe(await defaultMachineId());
    const raw = readIfThere("/etc/machine-id") || readIfThere("/var/lib/dbus/machine-id");
    if (process.platform === "linux") expect(id).toBe(privateMachineId(raw) ?? hostname());
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
