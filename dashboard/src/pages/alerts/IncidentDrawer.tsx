import { Button, Drawer, Skeleton } from "@mantine/core";
import "@mantine/core/styles/Drawer.css";
import { Link } from "react-router";
import { useIncident } from "../../api/alert-queries.ts";
import { ApiError } from "../../api/http.ts";
import type { IncidentDetail } from "../../api/types.ts";
import { countOf, countText } from "../../format/figures.ts";
import { kindNames, measureTexts, subjectPath, subjectText, summaryText } from "../../format/incident-words.ts";
import { absoluteText, durationText } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { SeverityMark } from "../../parts/SeverityMark.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Since } from "../../parts/Times.tsx";
import { Deliveries } from "./Deliveries.tsx";
import classes from "./IncidentDrawer.module.css";
import { draftFor } from "./silence-draft.ts";
import type { Silence } from "./Silencing.tsx";

interface Props {
  /** Which one is looked at; undefined: none. */
  readonly id: string | undefined;
  readonly close: () => void;
  /** For those who may. */
  readonly silence: Silence | undefined;
}

/** One incident with its notifications, beside the list. */
export function IncidentDrawer({ id, close, silence }: Props) {
  return (
    <Drawer opened={id !== undefined} onClose={close} title="Incident" position="right" size="lg">
      {id !== undefined && <Detail id={id} silence={silence} />}
    </Drawer>
  );
}

function Detail({ id, silence }: { readonly id: string; readonly silence: Silence | undefined }) {
  const incident = useIncident(id);
  if (incident.error instanceof ApiError && incident.error.status === 404) {
    return <Empty title="There is no such incident">It may be too old to be kept.</Empty>;
  }
  return (
    <Loaded query={incident} what="The incident cannot be read" skeleton={<Skeleton height={320} />}>
      {(data) => (
        <div className={classes.detail}>
          <div className={classes.head}>
            <SeverityMark severity={data.severity} />
            <strong>{kindNames[data.kind]}</strong>
            {data.silenced && <StatusMark tone="unknown">Silenced</StatusMark>}
            {silence && data.closed_at === null && (
              <Button variant="default" size="xs" className={classes.act ?? ""} onClick={() => silence(draftFor(data))}>
                Silence
              </Button>
            )}
          </div>
          <p className={classes.summary}>{summaryText(data)}</p>
          <Facts incident={data} />
          <MissingMachines incident={data} />
          <section>
            <h3 className={classes.heading}>Notifications</h3>
            <Deliveries notifications={data.notifications} silenced={data.silenced} />
          </section>
        </div>
      )}
    </Loaded>
  );
}

function Facts({ incident }: { readonly incident: IncidentDetail }) {
  const { opened_at, closed_at, value, threshold, count, missing, shared } = incident;
  const measure = measureTexts(incident);
  return (
    <dl className={classes.facts}>
      <dt>About</dt>
      <dd>
        <Link to={subjectPath(incident)}>{subjectText(incident)}</Link>
      </dd>
      <dt>Opened</dt>
      <dd>{absoluteText(Date.parse(opened_at))}</dd>
      <dt>{closed_at === null ? "Open for" : "Closed"}</dt>
      <dd>
        {closed_at === null ? (
          <Since at={opened_at} />
        ) : (
          `${absoluteText(Date.parse(closed_at))}, after ${durationText(Date.parse(closed_at) - Date.parse(opened_at))}`
        )}
      </dd>
      {value !== null && (
        <>
          <dt>Value at its opening</dt>
          <dd>{measure.value}</dd>
        </>
      )}
      {threshold !== null && (
        <>
          <dt>Limit</dt>
          <dd>{measure.limit}</dd>
        </>
      )}
      {count !== null && (
        <>
          <dt>Lost</dt>
          <dd>
            {countOf(count, "machine")}
            {missing !== null && closed_at === null && `, ${countText(missing)} still missing`}
          </dd>
          <dt>In common</dt>
          <dd>
            {shared.length === 0
              ? "nothing known"
              : shared.map(({ trait, value: name, machines }) => (
                  <span key={`${trait} ${name}`} className={classes.trait}>
                    {trait} {name} <span className="muted">({countText(machines)} of them)</span>
                  </span>
                ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function MissingMachines({ incident: { missing_machines: ids, missing } }: { readonly incident: IncidentDetail }) {
  if (ids.length === 0) return null;
  const isCut = missing !== null && missing > ids.length;
  return (
    <section>
      <h3 className={classes.heading}>
        {isCut ? `Still missing: ${countText(ids.length)} of ${countText(missing)}` : "Still missing"}
      </h3>
      <ul className={classes.missing}>
        {ids.map((id) => (
          <li key={id}>
            <Link to={`/machine/${encodeURIComponent(id)}`}>{id}</Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
