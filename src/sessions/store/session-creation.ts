const allowed = new WeakSet<object>();

/**
 * Lets the next `set` of this session object create it. Creating has to be asked for: whoever only saves a session that
 * they loaded can then never bring back one that was ended in the meantime.
 */
export function allowCreation(session: object): void {
  allowed.add(session);
}

export function mayCreate(session: object): boolean {
  return allowed.has(session);
}

/** The session exists from now on: further `set`s of it only update. */
export function noteCreated(session: object): void {
  allowed.delete(session);
}
