import { Alert, Button, Group } from "@mantine/core";
import { ApiError, isPassing } from "../api/http.ts";

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
    <Alert color={passing ? "yellow" : "red"} variant="outline" title={what} role="alert">
      <p style={{ margin: 0 }}>
        {error instanceof Error ? error.message : "Something went wrong."}
        {passing && " This page tries again by itself."}
      </p>
      {error instanceof ApiError && error.requestId !== undefined && error.status >= 500 && (
        <p className="muted mono" style={{ margin: "4px 0 0" }}>
          Request {error.requestId}
        </p>
      )}
      {retry && (
        <Group mt="xs">
          <Button variant="default" size="xs" onClick={retry}>
            Try again now
          </Button>
        </Group>
      )}
    </Alert>
  );
}
