import { Link } from "react-router";
import { useOpenIncidents } from "../../api/alert-queries.ts";
import type { Overview, Trouble } from "../../api/types.ts";
import { countText, percentText } from "../../format/figures.ts";
import { openWords, summaryText } from "../../format/incident-words.ts";
import { CutName } from "../../parts/CutName.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { StatusShape } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import classes from "./List.module.css";

/** What is wrong now, worst first. */
export function NeedsAttention({ overview }: { readonly overview: Overview }) {
  const { attention, attention_total: total } = overview;
  const more = total - attention.length;
  const incidents = useOpenIncidents();
  const open = incidents.data && openWords(incidents.data.open_count, incidents.data.incidents);
  const newest = incidents.data?.incidents[0];
  return (
    <Panel
      title="Needs attention"
      aside={more > 0 ? `the worst ${attention.length} of ${countText(total)}` : undefined}
    >
      {attention.length === 0 && !open ? (
        <Empty title="Nothing needs attention">Every machine reports, and none is above 90%.</Empty>
      ) : (
        <ul className={classes.list}>
          {open && (
            <li className={classes.item}>
              <StatusShape tone={open.tone} />
              <Link to="/alerts" className={classes.name}>
                {open.words}
              </Link>
              <span className={classes.what}>{newest && summaryText(newest)}</span>
              <span className={classes.time}>{newest && <Ago at={newest.opened_at} />}</span>
            </li>
          )}
          {attention.map((trouble) => (
            <li key={`${trouble.machine_id} ${trouble.type}`} className={classes.item}>
              <StatusShape tone={trouble.severity === "critical" ? "bad" : "warning"} />
              <Link to={`/machine/${encodeURIComponent(trouble.machine_id)}`} className={classes.name}>
                <CutName name={trouble.name} />
              </Link>
              <span className={classes.what}>{troubleWords(trouble)}</span>
              <span className={classes.time}>{trouble.since !== null && <Ago at={trouble.since} />}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function troubleWords({ type, percent }: Trouble): string {
  switch (type) {
    case "offline":
      return "does not report";
    case "id_conflict":
      return "two machines use this id";
    case "cpu":
      return `CPU at ${percentText(percent)}`;
    case "memory":
      return `memory at ${percentText(percent)}`;
    case "disk":
      return `disk at ${percentText(percent)}`;
  }
}
