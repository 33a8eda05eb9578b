import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useLocation, useNavigate, useParams } from "react-router";
import { ApiError, call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { useCurrentUser, useMachine } from "../../api/queries.ts";
import type { Machine } from "../../api/types.ts";
import { machineName } from "../../format/machine-facts.ts";
import { useLiveInterest } from "../../live/LiveProvider.tsx";
import { askFirst } from "../../parts/ask-first.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { notifyDone, notifyProblem } from "../../parts/notify.ts";
import { PageHeader } from "../../parts/PageHeader.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { MachineStatusMark, StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import { EventTable } from "../events/EventTable.tsx";
import { useEvents } from "../../api/queries.ts";
import { Charts } from "./Charts.tsx";
import { CurrentFigures } from "./CurrentFigures.tsx";
import { Disks } from "./Disks.tsx";
import { Facts } from "./Facts.tsx";
import { OpenIncidents } from "./OpenIncidents.tsx";
import classes from "./MachinePage.module.css";

/** One machine: what it is, how it does, and how it did. */
export function MachinePage() {
  const { id = "" } = useParams();
  const machine = useMachine(id);
  const machineId = machine.data?.machine_id ?? id;
  useLiveInterest({ machines: [machineId], events: true });
  const { search } = useLocation();
  if (machine.error instanceof ApiError && machine.error.status === 404) return <NoMachine id={id} />;
  // Found by its serial number: what the stream and the history tell goes by the id.
  if (machineId !== id)
    return <Navigate to={{ pathname: `/machine/${encodeURIComponent(machineId)}`, search }} replace />;
  return (
    <Loaded query={machine} what="The machine cannot be read" skeleton={<Skeleton height={480} />}>
      {(data) => (
        <>
          <PageHeader title={machineName(data)}>
            <div className={classes.state}>
              <MachineStatusMark status={data.status} />
              <span className="muted">
                last report <Ago at={data.last_seen} />
              </span>
              {data.id_conflict && <StatusMark tone="warning">Two machines report under this id</StatusMark>}
              <Remove machine={data} />
            </div>
          </PageHeader>
          <div className={classes.page}>
            <OpenIncidents machineId={data.machine_id} />
            <CurrentFigures machine={data} />
            <Charts key={data.machine_id} machineId={data.machine_id} />
            <div className={classes.columns}>
              <Facts machine={data} />
              <Disks machine={data} />
            </div>
            <Events machineId={data.machine_id} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function NoMachine({ id }: { readonly id: string }) {
  return (
    <>
      <PageHeader title={id} />
      <Empty title="There is no such machine">
        <p>It may have been removed. It comes back with its next report.</p>
        <Link to="/machines">To the machines</Link>
      </Empty>
    </>
  );
}

function Events({ machineId }: { readonly machineId: string }) {
  const events = useEvents({ subject: machineId, limit: 20 });
  return (
    <Panel title="Events" aside={<Link to={`/alerts?subject=${encodeURIComponent(machineId)}`}>incidents</Link>} flush>
      <Loaded query={events} what="The events cannot be read">
        {({ events: list }) =>
          list.length === 0 ? <Empty title="Nothing is recorded of this machine" /> : <EventTable events={list} />
        }
      </Loaded>
    </Panel>
  );
}

function Remove({ machine }: { readonly machine: Machine }) {
  const user = useCurrentUser();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const name = machineName(machine);
  const removal = useMutation({
    mutationFn: () => call(`/api/fleet/machine/${encodeURIComponent(machine.machine_id)}`, { method: "DELETE" }),
    onSuccess: () => {
      notifyDone(`${name} is removed.`);
      void queries.invalidateQueries({ queryKey: keys.machineLists });
      void navigate("/machines");
    },
    onError: (error) => notifyProblem(`${name} is not removed`, error),
  });
  if (user.data?.role !== "admin") return null;
  return (
    <Button
      variant="default"
      size="xs"
      loading={removal.isPending}
      onClick={() =>
        askFirst({
          title: `Remove ${name}?`,
          text: `The machine and all of its history are deleted. If its agent still runs, it comes back with its next report, without its past.`,
          action: `Remove ${name}`,
          act: () => removal.mutate(),
        })
      }
    >
      Remove
    </Button>
  );
}
