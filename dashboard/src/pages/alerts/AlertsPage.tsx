import { Button } from "@mantine/core";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import { useCurrentUser } from "../../api/queries.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { readAlertsAddress, views, withIncident } from "./alerts-address.ts";
import classes from "./AlertsPage.module.css";
import { IncidentDrawer } from "./IncidentDrawer.tsx";
import { Incidents } from "./Incidents.tsx";
import { RulesAndReceivers } from "./RulesAndReceivers.tsx";
import { emptyDraft } from "./silence-draft.ts";
import { Silencing } from "./Silencing.tsx";
import { Silences } from "./Silences.tsx";

const shown = { incidents: Incidents, silences: Silences, rules: RulesAndReceivers };

/** What is or was wrong, who is told of it, and what is silenced. */
export function AlertsPage() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const cameByRow = (useLocation().state as { looked?: boolean } | null)?.looked === true;
  const { view, incident } = readAlertsAddress(params);
  const user = useCurrentUser();
  useLiveInterest({ events: true });
  const View = shown[view];
  const close = () => {
    if (cameByRow) void navigate(-1);
    else setParams(withIncident(params, undefined), { replace: true, preventScrollReset: true });
  };
  return (
    <Silencing>
      {(silence) => (
        <>
          <PageHeader title="Alerts">
            {maySilence(user.data?.role) && (
              <Button size="xs" variant="default" onClick={() => silence(emptyDraft)}>
                New silence
              </Button>
            )}
          </PageHeader>
          <nav className={classes.views} aria-label="Alerts">
            {views.map(({ value, label }) => (
              <Link
                key={value}
                to={value === "incidents" ? "/alerts" : `/alerts?view=${value}`}
                className={classes.view}
                aria-current={value === view ? "page" : undefined}
              >
                {label}
              </Link>
            ))}
          </nav>
          <View silence={maySilence(user.data?.role) ? silence : undefined} />
          <IncidentDrawer id={incident} close={close} silence={maySilence(user.data?.role) ? silence : undefined} />
        </>
      )}
    </Silencing>
  );
}

function maySilence(role: string | undefined): boolean {
  return role === "operator" || role === "admin";
}
