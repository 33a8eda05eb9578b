import { Link } from "react-router";
import { useIncidents } from "../../api/alert-queries.ts";
import { incidentPath } from "../../format/incident-words.ts";
import { SeverityMark } from "../../parts/SeverityMark.tsx";
import { Since } from "../../parts/Times.tsx";
import classes from "./OpenIncidents.module.css";

/** What is wrong with the machine now; nothing while nothing is. */
export function OpenIncidents({ machineId }: { readonly machineId: string }) {
  const { data } = useIncidents({ state: "open", subject: machineId, limit: 20 });
  if (!data || data.incidents.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Open incidents">
      {data.incidents.map(({ id, severity, summary, opened_at, silenced }) => (
        <li key={id} className={classes.item} data-severity={severity}>
          <SeverityMark severity={severity} />
          <Link to={incidentPath(id)} className={classes.summary}>
            {summary}
          </Link>
          <span className="muted">
            {silenced && "silenced, "}
            open for <Since at={opened_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
