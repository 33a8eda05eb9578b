import { Select } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { useAlerts, useIncidents } from "../../api/alert-queries.ts";
import { countOf } from "../../format/figures.ts";
import { incidentKinds, kindNames } from "../../format/incident-words.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { OlderOrNewer } from "../../parts/OlderOrNewer.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { SearchBox } from "../../parts/SearchBox.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { useNow } from "../../parts/use-now.ts";
import { type AlertsAddress, readAlertsAddress, states, withFilter } from "./alerts-address.ts";
import classes from "./Incidents.module.css";
import { IncidentTable } from "./IncidentTable.tsx";
import type { Silence } from "./Silencing.tsx";

const OPEN_SHOWN = 100;
const PAGE = 50;
const kindChoices = incidentKinds.map((value) => ({ value, label: kindNames[value] }));

interface Props {
  /** For those who may. */
  readonly silence: Silence | undefined;
}

/** What is wrong, and below it what was; filters and pages stand in the address. */
export function Incidents({ silence }: Props) {
  const [params, setParams] = useSearchParams();
  const address = readAlertsAddress(params);
  const { state, kind, subject, cursor } = address;
  const set = (name: "state" | "kind" | "subject", value: string | null) =>
    setParams(withFilter(params, name, value), { replace: name === "subject" });
  return (
    <>
      <div className={classes.filters}>
        <Select
          aria-label="State"
          placeholder="Open and past"
          data={states}
          value={state ?? null}
          onChange={(value) => set("state", value)}
          clearable
          className={classes.choice ?? ""}
        />
        <Select
          aria-label="Kind"
          placeholder="All kinds"
          data={kindChoices}
          value={kind ?? null}
          onChange={(value) => set("kind", value)}
          clearable
          className={classes.choice ?? ""}
        />
        <SearchBox
          label="Whom it is about"
          placeholder="Id of a machine or node"
          className={classes.subject ?? ""}
          value={subject}
          search={(text) => set("subject", text)}
        />
      </div>
      <Watching />
      <div className={classes.lists}>
        {state !== "closed" && (state === "open" || cursor === undefined) && (
          <OpenIncidents address={address} silence={silence} />
        )}
        {state !== "open" && <PastIncidents address={address} />}
      </div>
    </>
  );
}

function filtersOf({ kind, subject }: AlertsAddress) {
  return { kind, subject: subject === "" ? undefined : subject };
}

function isFiltered({ kind, subject }: AlertsAddress): boolean {
  return kind !== undefined || subject !== "";
}

function OpenIncidents({ address, silence }: Props & { readonly address: AlertsAddress }) {
  const [params] = useSearchParams();
  const turns = address.state === "open";
  const cursor = turns ? address.cursor : undefined;
  const incidents = useIncidents({ state: "open", ...filtersOf(address), cursor, limit: OPEN_SHOWN });
  return (
    <Loaded query={incidents} what="The open incidents cannot be read" skeleton={<RowsSkeleton rows={4} />}>
      {({ incidents: list, next_cursor, open_count }) => (
        <Panel title="Open" aside={open_count > 0 && countOf(open_count, "open incident")} flush>
          {list.length === 0 ? (
            <Empty title={isFiltered(address) ? "Nothing open is like that" : "Nothing is wrong"}>
              {!isFiltered(address) && "Every machine and node keeps to the rules in effect."}
            </Empty>
          ) : (
            <IncidentTable incidents={list} silence={silence} />
          )}
          {turns && <OlderOrNewer nextCursor={next_cursor} isFirst={cursor === undefined} />}
          {!turns && next_cursor !== null && (
            <p className={classes.more}>
              <Link to={`?${withFilter(params, "state", "open").toString()}`}>All open incidents</Link>
            </p>
          )}
        </Panel>
      )}
    </Loaded>
  );
}

function PastIncidents({ address }: { readonly address: AlertsAddress }) {
  const { cursor } = address;
  const incidents = useIncidents({ state: "closed", ...filtersOf(address), cursor, limit: PAGE });
  return (
    <Loaded query={incidents} what="The past incidents cannot be read" skeleton={<RowsSkeleton rows={8} />}>
      {({ incidents: list, next_cursor }) => (
        <Panel title="Past" flush>
          {list.length === 0 ? (
            <Empty title={isFiltered(address) ? "Nothing past is like that" : "Nothing has been wrong yet"} />
          ) : (
            <IncidentTable incidents={list} silence={undefined} />
          )}
          <OlderOrNewer nextCursor={next_cursor} isFirst={cursor === undefined} />
        </Panel>
      )}
    </Loaded>
  );
}

/** Why there may be fewer incidents than one expects; nothing while all is watched. */
function Watching() {
  const { data } = useAlerts();
  const now = useNow();
  if (!data) return null;
  const inGrace = data.grace_until !== null && Date.parse(data.grace_until) > now;
  if (data.enabled && !inGrace) return null;
  return (
    <p className={classes.watching}>
      <StatusMark tone="warning">
        <span className={classes.words}>
          {data.enabled
            ? "The service itself was away: no machine is called offline until all had time to report again."
            : "Alerts are off (alerts.enabled): nothing is opened, closed or told."}
        </span>
      </StatusMark>
    </p>
  );
}
