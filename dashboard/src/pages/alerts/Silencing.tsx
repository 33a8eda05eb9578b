import { Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { SilenceDraft } from "./silence-draft.ts";
import { SilenceForm } from "./SilenceForm.tsx";

/** Opens the form for a silence, filled in with what is known. */
export type Silence = (draft: SilenceDraft) => void;

/** Keeps the form for a silence beside what it may be opened from. */
export function Silencing({ children }: { readonly children: (silence: Silence) => ReactNode }) {
  const [draft, setDraft] = useState<SilenceDraft>();
  const close = () => setDraft(undefined);
  return (
    <>
      {children(setDraft)}
      <Modal opened={draft !== undefined} onClose={close} title="Silence incidents" zIndex={300}>
        {draft && <SilenceForm draft={draft} close={close} />}
      </Modal>
    </>
  );
}
