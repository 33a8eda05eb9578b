/** What can happen, as `<whom it is about>.<what happened>`. */
export const eventKinds = [
  "node.joined",
  "node.draining",
  "node.left",
  "node.inactive",
  "node.back",
  "node.mismatched",
  "node.record_rejected",
  "login.succeeded",
  "login.failed",
  "login.locked_out",
  "logout",
  "session.revoked",
  "user.created",
  "user.changed",
  "user.deleted",
  "api_key.created",
  "api_key.deleted",
  "key.changed",
  "machine.id_conflict",
  "machine.deleted",
] as const;

export type EventKind = (typeof eventKinds)[number];
