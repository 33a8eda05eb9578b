import { createHmac } from "node:crypto";

/**
 * The value of `X-Fleet-Signature`: `t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>", hex>`. The time lets a
 * receiver refuse what somebody recorded and sends again later.
 */
export function signatureOf(body: string, secret: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const digest = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}
