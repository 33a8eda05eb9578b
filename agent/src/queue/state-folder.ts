import path from "node:path";

/** What of the machine decides where an agent keeps its state. */
export interface StateSurroundings {
  platform: NodeJS.Platform;
  /** `undefined` on Windows. */
  uid: number | undefined;
  home: string;
  environment: NodeJS.ProcessEnv;
}

/**
 * Where reports are kept when no setting says so: what systemd gives the service (STATE_DIRECTORY, systemd.exec(5)), else the
 * system's place for root and the user's own (XDG_STATE_HOME of the XDG base directory specification) for everybody else.
 */
export function defaultStateFolder({ platform, uid, home, environment }: StateSurroundings): string {
  const [given] = (environment.STATE_DIRECTORY ?? "").split(":");
  if (given !== undefined && given !== "") return given;
  if (platform === "win32") return path.win32.join(environment.LOCALAPPDATA ?? home, "fleet-agent");
  if (uid === 0) return "/var/lib/fleet-agent";
  const stateHome = environment.XDG_STATE_HOME ?? "";
  return path.posix.join(
    path.posix.isAbsolute(stateHome) ? stateHome : path.posix.join(home, ".local/state"),
    "fleet-agent",
  );
}
