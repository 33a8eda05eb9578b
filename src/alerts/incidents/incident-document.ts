import type { DocumentCipher } from "../../database/document-cipher.js";
import type { IncidentView } from "./incident-answer.js";

export type SharedTrait = IncidentView["shared"][number];

/** What of an incident lies sealed: names, and sentences that hold them. */
export interface IncidentDocument {
  readonly name: string;
  readonly summary: string;
  /** The machine's tags in small letters, which a silence may name. */
  readonly tags: readonly string[];
  readonly shared: readonly SharedTrait[];
}

/** What is shown of an incident that was sealed with a key long gone. */
const unreadable: IncidentDocument = { name: "", summary: "No key of this server opens it.", tags: [], shared: [] };

export function openIncidentDocument(cipher: DocumentCipher, sealed: string): IncidentDocument {
  try {
    return JSON.parse(cipher.open(sealed)) as IncidentDocument;
  } catch {
    return unreadable;
  }
}
