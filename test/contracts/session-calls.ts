import { Cookie, type SessionData } from "express-session";
import { allowCreation } from "../../src/sessions/store/session-creation.js";
import type { SessionStore } from "../../src/sessions/store/session-store.js";

export function sessionOf(username: string): SessionData {
  return { cookie: new Cookie(), user: { username, role: "viewer" } };
}

/** As a login does it. */
export async function create(store: SessionStore, id: string, username: string): Promise<SessionData> {
  const session = sessionOf(username);
  allowCreation(session);
  await set(store, id, session);
  return session;
}

export function get(store: SessionStore, id: string): Promise<SessionData | null | undefined> {
  return promised((callback) => {
    store.get(id, callback);
  });
}

export function set(store: SessionStore, id: string, session: SessionData): Promise<void> {
  return promised((callback) => {
    store.set(id, session, callback);
  });
}

export function touch(store: SessionStore, id: string, session: SessionData): Promise<void> {
  return promised((callback) => {
    store.touch(id, session, callback);
  });
}

export function destroy(store: SessionStore, id: string): Promise<void> {
  return promised((callback) => {
    store.destroy(id, callback);
  });
}

function promised<T>(call: (callback: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}
