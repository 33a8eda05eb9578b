import { randomBytes } from "node:crypto";

/** 32 random bytes as a Fernet key is written: URL-safe base64 with padding. */
export function newFernetKey(): string {
  return randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** 32 random bytes as a payload key is written: standard base64. */
export function newPayloadKey(): string {
  return randomBytes(32).toString("base64");
}
