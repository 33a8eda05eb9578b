import { Select } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useEvents } from "../../api/queries.ts";
import { eventGroups } from "../../format/event-words.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { OlderOrNewer } from "../../parts/OlderOrNewer.tsx";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { SearchBox } from "../../parts/SearchBox.tsx";
import { useNow } from "../../parts/use-now.ts";
import classes from "./EventsPage.module.css";
import { EventTable } from "./EventTable.tsx";
import { sinceTime, sinceChoices } from "./since.ts";

const PAGE = 50;

/** The audit and cluster log with its filters, all of which stand in the address. */
export function EventsPage() {
  const [params, setParams] = useSearchParams();
  const kind = eventGroups.find(({ value }) => value === params.get("kind"))?.value;
  const subject = params.get("subject") ?? "";
  const since = sinceChoices.find(({ value }) => value === params.get("since"))?.value;
  const cursor = params.get("cursor") ?? undefined;
  const from = sinceTime(since, useNow());
  const isLatest = kind === undefined && subject === "" && since === undefined && cursor === undefined;
  useLiveInterest({ events: true });
  const events = useEvents(
    { kind, subject: subject === "" ? undefined : subject, from, cursor, limit: PAGE },
    { latest: isLatest },
  );

  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(params);
    next.delete("cursor");
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: name === "subject" });
  };
  return (
    <>
      <PageHeader title="Events" />
      <div className={classes.filters}>
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          data={eventGroups}
          value={kind ?? null}
          onChange={(value) => set("kind", value)}
          clearable
          className={classes.choice ?? ""}
        />
        <Select
          aria-label="Time"
          placeholder="Any time"
          data={sinceChoices}
          value={since ?? null}
          onChange={(value) => set("since", value)}
          clearable
          className={classes.choice ?? ""}
        />
        <SearchBox
          label="Whom it is about"
          placeholder="Node, machine or user"
          className={classes.subject ?? ""}
          value={subject}
          search={(text) => set("subject", text)}
        />
      </div>
      <Loaded query={events} what="The events cannot be read" skeleton={<RowsSkeleton rows={12} />}>
        {(data) => (
          <div className={classes.list}>
            {data.events.length === 0 ? (
              <Empty title="Nothing like that has been recorded" />
            ) : (
              <EventTable events={data.events} />
            )}
            <OlderOrNewer nextCursor={data.next_cursor} isFirst={cursor === undefined} />
          </div>
        )}
      </Loaded>
    </>
  );
}
