import { notifications } from "@mantine/notifications";

export function notifyDone(message: string): void {
  notifications.show({ message, color: "green.8", withBorder: true });
}

export function notifyProblem(what: string, error: unknown): void {
  const message = error instanceof Error ? error.message : "Something went wrong.";
  notifications.show({ title: what, message, color: "red.8", withBorder: true, autoClose: 10_000 });
}
