import { type Finding, NotExaminedError, failure, ok, warning } from "../check.js";

type Info = ReadonlyMap<string, string>;

/** Of the section `replication` of INFO; `setting` is how the settings begin. */
export function judgeRole(info: Info, setting: string): Finding {
  const role = info.get("role");
  if (role === "master") return ok("the primary, which takes writes");
  return failure({
    what: `a replica (role ${role ?? "unknown"}) takes no writes`,
    fix: `name the primary, or let Sentinel tell it (${setting}sentinels)`,
  });
}

/** Of the section `memory` of INFO. */
export function judgeMemory(info: Info): Finding {
  const [max, policy = "unknown"] = [info.get("maxmemory"), info.get("maxmemory_policy")];
  if (max === "0") return ok("its memory is not limited (maxmemory 0)");
  if (policy === "noeviction") return ok("it refuses writes when its memory is full, and drops nothing (noeviction)");
  return failure({
    what: `when its memory is full it drops what nodes keep there (maxmemory-policy ${policy})`,
    fix: "set maxmemory-policy noeviction in redis.conf",
  });
}

/** Of the section `persistence` of INFO; `save` are the points of snapshots, undefined where that is not known. */
export function judgePersistence(info: Info, save: string | undefined): Finding {
  if (info.get("aof_enabled") === "1") return ok("what it holds outlasts a restart (appendonly)");
  if (save === undefined) {
    throw new NotExaminedError({
      what: "appendonly is off, and this user may not ask whether snapshots are taken (CONFIG GET save)",
      fix: "set appendonly yes in redis.conf: without either a restart of Redis logs everybody out",
    });
  }
  if (save !== "") return ok(`what it holds outlasts a restart (save ${save}), but for the logins just before a crash`);
  return warning({ what: "a restart of Redis logs everybody out", fix: "set appendonly yes in redis.conf" });
}
