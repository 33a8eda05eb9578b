import type { IncidentNotification } from "../../api/types.ts";
import { countOf } from "../../format/figures.ts";
import { untilText } from "../../format/times.ts";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import { useNow } from "../../parts/use-now.ts";
import classes from "./Deliveries.module.css";

interface Props {
  readonly notifications: readonly IncidentNotification[];
  readonly silenced: boolean;
}

/** What each receiver is told, and whether it arrived. */
export function Deliveries({ notifications, silenced }: Props) {
  if (notifications.length === 0) {
    return (
      <p className="muted">
        {silenced
          ? "Nobody is told while a silence covers it; if it is still open when the silence ends, people are told then."
          : "No receiver wants to hear of it."}
      </p>
    );
  }
  return (
    <ul className={classes.list}>
      {notifications.map((notification) => (
        <li key={notification.key} className={classes.item}>
          <span>
            <strong>{notification.receiver}</strong> <span className="muted">{notification.what}</span>
          </span>
          <State notification={notification} />
          {notification.last_error !== null && <span className={classes.error}>{notification.last_error}</span>}
        </li>
      ))}
    </ul>
  );
}

function State({ notification }: { readonly notification: IncidentNotification }) {
  const now = useNow();
  const { delivered_at, failed_at, attempts, next_attempt_at } = notification;
  const tries = attempts > 1 ? `, ${countOf(attempts, "attempt")}` : "";
  if (delivered_at !== null) {
    return (
      <StatusMark tone="well">
        delivered <Ago at={delivered_at} />
        {tries}
      </StatusMark>
    );
  }
  if (failed_at !== null) {
    return (
      <StatusMark tone="bad">
        given up <Ago at={failed_at} />
        {tries}
      </StatusMark>
    );
  }
  const next = next_attempt_at === null ? Infinity : Date.parse(next_attempt_at);
  if (attempts === 0) return <StatusMark tone="warning">to be delivered</StatusMark>;
  return (
    <StatusMark tone="warning">
      {countOf(attempts, "attempt")}, next {next > now && Number.isFinite(next) ? untilText(next, now) : "now"}
    </StatusMark>
  );
}
