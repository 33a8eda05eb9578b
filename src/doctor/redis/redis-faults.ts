import { explainFailure } from "../../common/explain-failure.js";
import type { Fault } from "../../common/fault.js";

const RULE = "give this user the rights that docs/operations.md lists under Redis";

/** By what Redis, the system or TLS says; `SETTING` stands for how the settings begin. */
const fixes: readonly (readonly [words: RegExp, fix: string])[] = [
  [/ECONNREFUSED/, "start Redis there, or correct SETTINGhost and SETTINGport"],
  [/ENOTFOUND|EAI_AGAIN/, "correct the host name, or mend the name service"],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer within/,
    "see that the host runs, the address is right and no firewall stands in between",
  ],
  [/WRONGPASS|invalid username-password|invalid password/i, "correct SETTINGusername and SETTINGpassword"],
  [/NOAUTH|AUTH .*called without any password/i, "set SETTINGpassword (and SETTINGusername, where Redis has users)"],
  [/NOPERM|no permissions/i, RULE],
  [/DB index is out of range/, "name a smaller number in SETTINGdb, or raise databases in redis.conf"],
  [/READONLY/, "name the primary, or let Sentinel tell it (SETTINGsentinels)"],
  [/MISCONF/, "make room for Redis's snapshots, or mend its folder: it takes no writes until it can save"],
  [/OOM/, "raise maxmemory in redis.conf"],
  [/sentinel/i, "correct SETTINGsentinels, SETTINGsentinel_name and SETTINGsentinel_password"],
  [/Hostname\/IP does not match/, "use the name that Redis's certificate is made out to in SETTINGhost"],
  [/certificate|self-signed|issuer/i, "name the authority that signed Redis's certificate in SETTINGca_file"],
  [
    /wrong version number|ECONNRESET|socket hang up|Connection is closed|packet length|SSL/i,
    "set SETTINGtls as Redis has it: its port speaks TLS, or it does not",
  ],
];

/** Of Redis that cannot be used; `setting` is how its settings begin: `sessions.redis.` */
export function redisFault(address: string, setting: string, error: unknown): Fault {
  const words = explainFailure(error);
  const fix = fixes.find(([pattern]) => pattern.test(words))?.[1] ?? "see Redis's own log";
  return { what: `Redis cannot be used (${address}): ${words}`, fix: fix.replaceAll("SETTING", setting) };
}
