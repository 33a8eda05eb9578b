import { Link } from "react-router";
import { useEvents, useMachineList } from "../../api/queries.ts";
import { useCalmRereads } from "../../api/use-calm-rereads.ts";
import { eventSubject, eventWords } from "../../format/event-words.ts";
import { machineName } from "../../format/machine-facts.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { CutName } from "../../parts/CutName.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { EventToneShape } from "../../parts/EventToneShape.tsx";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { StatusShape } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import { useTicking } from "../../parts/use-now.ts";
import classes from "./List.module.css";
import { type Change, lastChanges } from "./last-changes.ts";

const MINUTE_MS = 60_000;
/** So many of the newest machines are looked at. */
const READ = 100;
/** Machines that join one after the other are read together. */
const JOINED_SOON_MS = 5_000;

/** What changed in the last hour: machines that are new, and what the log holds. `machines` is how many there are. */
export function LastHour({ machines }: { readonly machines: number }) {
  useLiveInterest({ events: true });
  const minute = useTicking((now) => Math.floor(now / MINUTE_MS));
  const events = useEvents({ limit: 30 }, { latest: true });
  const newest = useMachineList({ sort: "-first_seen", limit: READ });
  useCalmRereads({ what: "newest machines", sign: machines, soonMs: JOINED_SOON_MS, read: () => newest.refetch() });
  return (
    <Panel title="Last hour" aside={<Link to="/events">all events</Link>}>
      <Loaded query={events} what="The events cannot be read" skeleton={<RowsSkeleton rows={6} />}>
        {(data) => {
          const changes = lastChanges(data.events, newest.data?.machines ?? [], (minute - 60) * MINUTE_MS);
          return changes.length === 0 ? (
            <Empty title="Nothing has changed">No machine joined, and no node came or went.</Empty>
          ) : (
            <ul className={classes.list}>
              {changes.map((change) => (
                <ChangeItem key={change.key} change={change} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function ChangeItem({ change }: { readonly change: Change }) {
  return (
    <li className={classes.item}>
      <ChangeText change={change} />
      <span className={classes.time}>
        <Ago at={change.at} />
      </span>
    </li>
  );
}

function ChangeText({ change }: { readonly change: Change }) {
  if (change.event) {
    const { words, tone } = eventWords(change.event.kind);
    return (
      <>
        <EventToneShape tone={tone} />
        <span className={classes.name}>
          <CutName name={eventSubject(change.event)} length={24} />
        </span>
        <span className={classes.what}>{words}</span>
      </>
    );
  }
  const [to, name] = change.machine
    ? [`/machine/${encodeURIComponent(change.machine.machine_id)}`, machineName(change.machine)]
    : [
        "/machines?sort=-first_seen",
        change.machines < READ ? `${change.machines} machines` : `${READ} machines or more`,
      ];
  return (
    <>
      <StatusShape tone="well" />
      <Link to={to} className={classes.name}>
        <CutName name={name} length={24} />
      </Link>
      <span className={classes.what}>{change.machine ? "is new" : "are new"}</span>
    </>
  );
}
