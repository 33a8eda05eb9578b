import { Button } from "@mantine/core";
import { useLocation, useNavigate } from "react-router";
import type { MachineList } from "../../api/types.ts";
import { countOf, countText } from "../../format/figures.ts";
import { type ListAddress, writeAddress } from "./list-address.ts";
import classes from "./Pages.module.css";

interface Props {
  readonly address: ListAddress;
  readonly list: MachineList;
  readonly go: (address: ListAddress) => void;
  readonly size: number;
}

/**
 * Turns the pages. The server's cursors lead forward only: back is the way one came, and for who opened a later page by
 * its address, the first one.
 */
export function Pages({ address, list, go, size }: Props) {
  const navigate = useNavigate();
  const cameByTurning = (useLocation().state as { turned?: boolean } | null)?.turned === true;
  const { page } = address;
  const { machines, total, next_cursor } = list;
  const first = (page - 1) * size + 1;
  const turn = (cursor: string) => {
    const query = writeAddress({ ...address, cursor, page: page + 1 });
    void navigate({ search: query.toString() }, { state: { turned: true } });
    window.scrollTo({ top: 0 });
  };
  const back = () => {
    if (cameByTurning) void navigate(-1);
    else go({ ...address, cursor: undefined, page: 1 });
  };
  return (
    <nav className={classes.pages} aria-label="Pages">
      <span className="muted" role="status">
        {machines.length === 0
          ? countOf(total, "machine")
          : `${countText(first)} to ${countText(first + machines.length - 1)} of ${countOf(total, "machine")}`}
      </span>
      <span className={classes.buttons}>
        {page > 1 && (
          <Button variant="default" size="xs" onClick={back}>
            {cameByTurning ? "Previous" : "First page"}
          </Button>
        )}
        {next_cursor !== null && (
          <Button variant="default" size="xs" onClick={() => turn(next_cursor)}>
            Next
          </Button>
        )}
      </span>
    </nav>
  );
}
