import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";

interface Question {
  readonly title: string;
  /** What is destroyed, by its name. */
  readonly text: string;
  /** What the button does: "Delete web-01". */
  readonly action: string;
  readonly act: () => void;
}

/** Asks once before something is destroyed. */
export function askFirst({ title, text, action, act }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: action, cancel: "Cancel" },
    confirmProps: { color: "red.8" },
    onConfirm: act,
  });
}
