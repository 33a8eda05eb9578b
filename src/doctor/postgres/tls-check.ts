import { type PostgresTls, postgresTls } from "../../database/postgres-tls.js";
import { type Check, type Finding, ok, warning } from "../check.js";
import { CONNECTION } from "./connection-check.js";

const FIX = "use ?sslmode=verify-full (and sslrootcert) in server.db_url";
const LOCAL = /^(localhost|127\.|::1$|\[::1\]|\/)/;

/** How well the connection is protected on its way; it was made like this, or it would have failed. */
export function tlsCheck(url: string, address: string): Check {
  return {
    name: "database.tls",
    needs: [CONNECTION],
    run: () => Promise.resolve([judgeTls(postgresTls(url), address)]),
  };
}

/** `address`: the host, or the folder of the socket, before anything else. */
export function judgeTls({ ssl }: Pick<PostgresTls, "ssl">, address: string): Finding {
  const isLocal = LOCAL.test(address);
  if (ssl === false) {
    if (isLocal) return ok("plain text, on this machine");
    return warning({ what: `plain text on the way to ${address}, the password's exchange included`, fix: FIX });
  }
  if (ssl.rejectUnauthorized === false) {
    if (isLocal) return ok("encrypted, on this machine");
    return warning({ what: "encrypted, but anybody on the way may pass for the server", fix: FIX });
  }
  return ok(`encrypted, the certificate${ssl.checkServerIdentity ? "" : " and its host name"} verified`);
}
