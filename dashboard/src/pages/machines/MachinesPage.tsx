import { Button } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useMachineList, useSummary } from "../../api/queries.ts";
import { countOf } from "../../format/figures.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { AddMachine } from "../../parts/AddMachine.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { SearchBox } from "../../parts/SearchBox.tsx";
import { changedPlaces } from "./changed-places.ts";
import { type ListAddress, readAddress, sortedBy, sortText, writeAddress } from "./list-address.ts";
import { MachineTable } from "./MachineTable.tsx";
import classes from "./MachinesPage.module.css";
import { Pages } from "./Pages.tsx";
import { StatusFilter } from "./StatusFilter.tsx";
import { useListRefresh } from "./use-list-refresh.ts";

const PAGE = 50;

/** The fleet as a list that is searched, filtered, sorted and turned by the server; all of it stands in the address. */
export function MachinesPage() {
  const [params, setParams] = useSearchParams();
  const address = readAddress(params);
  const { q, status, sort, descending, cursor } = address;
  const query = { q, status, sort: sortText(address), cursor, limit: PAGE, trend: true };
  const list = useMachineList(query);
  // Adding up the whole fleet takes the database as long as finding the rows: these come first.
  const summary = useSummary({ enabled: !list.isPending });
  const shown = list.data?.machines ?? [];
  useListRefresh(query, list.data, summary.data?.[status ?? "total_machines"]);
  useLiveInterest({ machines: shown.map(({ machine_id }) => machine_id), fleet: true });

  const go = (next: ListAddress, options?: { replace: boolean }) => setParams(writeAddress(next), options);
  const moved = list.isPlaceholderData || sort === "name" ? 0 : changedPlaces(shown, sort, descending);
  return (
    <>
      <PageHeader title="Machines" />
      <div className={classes.tools}>
        <SearchBox
          label="Search machines"
          placeholder="Name, address, tag or serial number"
          className={classes.search ?? ""}
          value={q}
          search={(text) => go({ ...address, q: text, cursor: undefined, page: 1 }, { replace: q !== "" })}
        />
        <StatusFilter
          chosen={status}
          summary={summary.data}
          choose={(next) => go({ ...address, status: next, cursor: undefined, page: 1 })}
        />
        <span className={classes.note}>
          {moved > 0 && (
            <Button variant="subtle" size="compact-sm" onClick={() => void list.refetch()}>
              {countOf(moved, "row")} changed places: sort again
            </Button>
          )}
        </span>
      </div>
      <Loaded query={list} what="The machines cannot be read" skeleton={<RowsSkeleton rows={12} />}>
        {(data) => (
          <div className={classes.list} aria-busy={list.isPlaceholderData}>
            {data.machines.length === 0 ? (
              <NoMachines
                filtered={q !== "" || status !== undefined}
                clear={() => go(readAddress(new URLSearchParams()))}
              />
            ) : (
              <MachineTable
                machines={data.machines}
                sort={sort}
                descending={descending}
                sortBy={(column) => go(sortedBy(address, column))}
              />
            )}
            <Pages address={address} list={data} go={go} size={PAGE} />
          </div>
        )}
      </Loaded>
    </>
  );
}

function NoMachines({ filtered, clear }: { readonly filtered: boolean; readonly clear: () => void }) {
  return filtered ? (
    <Empty title="No machine is like that">
      <Button variant="default" size="xs" onClick={clear}>
        Show all machines
      </Button>
    </Empty>
  ) : (
    <Empty title="No machines yet">
      <AddMachine />
    </Empty>
  );
}
