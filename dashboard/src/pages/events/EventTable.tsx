import { Link } from "react-router";
import type { FleetEvent } from "../../api/types.ts";
import { detailTexts, eventSubject, eventWords } from "../../format/event-words.ts";
import { incidentPath } from "../../format/incident-words.ts";
import { CutName } from "../../parts/CutName.tsx";
import { EventToneShape } from "../../parts/EventToneShape.tsx";
import { Ago } from "../../parts/Times.tsx";
import classes from "./EventTable.module.css";

/** Lines of the audit and cluster log, newest first. */
export function EventTable({ events }: { readonly events: readonly FleetEvent[] }) {
  // Nodes come and go by themselves: a column that stays empty is none.
  const showBy = events.some(({ actor, address }) => actor !== null || address !== null);
  return (
    <div className="table-frame">
      <table className={`table ${classes.events}`}>
        <thead>
          <tr>
            <th>When</th>
            <th>What</th>
            {showBy && <th className="hide-phone">By</th>}
            <th className="hide-phone">Details</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <EventRow key={event.id} event={event} showBy={showBy} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EventRow({ event, showBy }: { readonly event: FleetEvent; readonly showBy: boolean }) {
  const { words, tone } = eventWords(event.kind);
  const by = [event.actor, event.address && `from ${event.address}`].filter(Boolean).join(" ");
  return (
    <tr data-kind={event.kind}>
      <td className={classes.when}>
        <Ago at={event.at} />
      </td>
      <td>
        <span className={classes.what}>
          <EventToneShape tone={tone} />
          <span>
            <Subject event={event} /> <span className="muted">{words}</span>
          </span>
        </span>
      </td>
      {showBy && <td className="hide-phone muted">{by}</td>}
      <td className="hide-phone muted">
        <CutName name={detailTexts(event).join(" · ")} length={80} />
      </td>
    </tr>
  );
}

/** Whom it is about, with a way there where there is one. */
function Subject({ event }: { readonly event: FleetEvent }) {
  const name = <CutName name={eventSubject(event)} length={36} />;
  const incident = event.kind.startsWith("incident.") ? event.details?.["incident"] : undefined;
  if (typeof incident === "string") return <Link to={incidentPath(incident)}>{name}</Link>;
  if (!event.kind.startsWith("machine.") || event.kind === "machine.deleted") return name;
  return <Link to={`/machine/${encodeURIComponent(event.subject)}`}>{name}</Link>;
}
