import { Button } from "@mantine/core";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import classes from "./OlderOrNewer.module.css";

interface Props {
  readonly nextCursor: string | null;
  /** Whether this is the first page. */
  readonly isFirst: boolean;
}

/** Turns the pages of a list, newest first, by the cursor in the address. */
export function OlderOrNewer({ nextCursor, isFirst }: Props) {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const cameByTurning = (useLocation().state as { turned?: boolean } | null)?.turned === true;
  if (nextCursor === null && isFirst) return null;
  const go = (cursor: string | null) => {
    const next = new URLSearchParams(params);
    if (cursor === null) next.delete("cursor");
    else next.set("cursor", cursor);
    setParams(next, { state: { turned: cursor !== null } });
    window.scrollTo({ top: 0 });
  };
  return (
    <nav className={classes.pages} aria-label="Pages">
      {!isFirst && (
        <Button variant="default" size="xs" onClick={() => (cameByTurning ? void navigate(-1) : go(null))}>
          {cameByTurning ? "Newer" : "Newest"}
        </Button>
      )}
      {nextCursor !== null && (
        <Button variant="default" size="xs" onClick={() => go(nextCursor)}>
          Older
        </Button>
      )}
    </nav>
  );
}
