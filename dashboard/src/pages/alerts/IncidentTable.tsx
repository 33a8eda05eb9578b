import { Button } from "@mantine/core";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Incident } from "../../api/types.ts";
import {
  deliveryWords,
  kindNames,
  lossText,
  measureTexts,
  subjectPath,
  subjectText,
  summaryText,
} from "../../format/incident-words.ts";
import { durationText } from "../../format/times.ts";
import { CutName } from "../../parts/CutName.tsx";
import { SeverityMark } from "../../parts/SeverityMark.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago, Since } from "../../parts/Times.tsx";
import { useRowKeys } from "../../parts/use-row-keys.ts";
import { withIncident } from "./alerts-address.ts";
import classes from "./IncidentTable.module.css";
import { draftFor } from "./silence-draft.ts";
import type { Silence } from "./Silencing.tsx";

interface Props {
  readonly incidents: readonly Incident[];
  /** For those who may. */
  readonly silence: Silence | undefined;
}

/** Incidents, newest first; each opens with its notifications. */
export function IncidentTable({ incidents, silence }: Props) {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const look = ({ id }: Incident) => `?${withIncident(params, id).toString()}`;
  const body = useRowKeys((row) => {
    const incident = incidents[row];
    if (incident) void navigate(look(incident), { state: { looked: true }, preventScrollReset: true });
  });
  return (
    <div className="table-frame">
      <table className={`table ${classes.incidents ?? ""}`}>
        <thead>
          <tr>
            <th>Severity</th>
            <th>What</th>
            <th>About</th>
            <th className="number">Value</th>
            <th className="number">Limit</th>
            <th className="number">Since</th>
            <th>Told</th>
            {silence && <th aria-label="Actions" />}
          </tr>
        </thead>
        <tbody ref={body}>
          {incidents.map((incident) => (
            <Row key={incident.id} incident={incident} look={look(incident)} silence={silence} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Pick<Props, "silence"> {
  readonly incident: Incident;
  /** The address at which it is looked at closely. */
  readonly look: string;
}

function Row({ incident, look, silence }: RowProps) {
  const { kind, severity, silenced } = incident;
  const summary = summaryText(incident);
  const measure = measureTexts(incident);
  const told = deliveryWords(incident);
  const loss = lossText(incident);
  return (
    <tr data-incident={incident.id} className={classes.row} tabIndex={-1}>
      <td className={classes.severity}>
        <SeverityMark severity={severity} />
      </td>
      <td className={classes.what}>
        <Link to={look} state={{ looked: true }} preventScrollReset className={classes.kind}>
          {kindNames[kind]}
          <span className="sr-only">: {summary}</span>
        </Link>
        <span className={classes.summary} aria-hidden="true">
          {summary}
        </span>
        {loss !== "" && <span className={classes.summary}>{loss}</span>}
      </td>
      <td className={classes.about}>
        <Link to={subjectPath(incident)}>
          <CutName name={subjectText(incident)} length={28} />
        </Link>
      </td>
      <td className={`number ${classes.figure ?? ""}`} data-label="Value">
        {measure.value}
      </td>
      <td className={`number muted ${classes.figure ?? ""}`} data-label="Limit">
        {measure.limit}
      </td>
      <td className={`number ${classes.figure ?? ""}`} data-label="Since">
        <Duration incident={incident} />
      </td>
      <td className={classes.told}>
        <StatusMark tone={told.tone}>{told.words}</StatusMark>
        {silenced && told.words !== "Silenced" && <span className={classes.summary}>Silenced now</span>}
      </td>
      {silence && (
        <td className={`number ${classes.act ?? ""}`}>
          <Button variant="default" size="compact-sm" onClick={() => silence(draftFor(incident))}>
            Silence<span className="sr-only">: {summary}</span>
          </Button>
        </td>
      )}
    </tr>
  );
}

/** How long it has been open; of a past one, when it began and how long it lasted. */
function Duration({ incident: { opened_at, closed_at } }: { readonly incident: Incident }) {
  if (closed_at === null) return <Since at={opened_at} />;
  return (
    <>
      <Ago at={opened_at} />
      <span className={classes.summary}>for {durationText(Date.parse(closed_at) - Date.parse(opened_at))}</span>
    </>
  );
}
