import { Button, Group } from "@mantine/core";
import { ApiError, isPassing } from "../api/http.ts";
import { Notice } from "./Notice.tsx";

interface Props {
  readonly error: unknown;
  /** What could not be done: "The machines could not be read". */
  readonly what: string;
  readonly retry?: () => void;
}

/** Says what went wrong in the server's own words, and what happens next. */
export function Problem({ error, what, retry }: Props) {
  const passing = isPassing(error);
  return (
    <Notice tone={passing ? "warning" : "bad"} title={what}>
      <p>
        {error instanceof Error ? error.message : "Something went wrong."}
        {passing && " This page tries again by itself."}
      </p>
      {error instanceof ApiError && error.requestId !== undefined && error.status >= 500 && (
        <p className="muted mono">Request {error.requestId}</p>
      )}
      {retry && (
        <Group mt="xs">
          <Button variant="default" size="xs" onClick={retry}>
            Try again now
          </Button>
        </Group>
      )}
    </Notice>
  );
}
