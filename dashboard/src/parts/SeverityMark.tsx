import type { Severity } from "../api/types.ts";
import { severityWords } from "../format/incident-words.ts";
import { StatusMark } from "./StatusMark.tsx";

/** How bad an incident is, by shape, word and colour. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { tone, words } = severityWords(severity);
  return <StatusMark tone={tone}>{words}</StatusMark>;
}
