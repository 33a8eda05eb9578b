import { useAlerts } from "../../api/alert-queries.ts";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { Receivers } from "./Receivers.tsx";
import { Rules } from "./Rules.tsx";
import classes from "./RulesAndReceivers.module.css";
import type { Silence } from "./Silencing.tsx";

/** Who is told, and of what: as the configuration says. Who may silence may also try a receiver out. */
export function RulesAndReceivers({ silence }: { readonly silence: Silence | undefined }) {
  const alerts = useAlerts();
  return (
    <Loaded query={alerts} what="The rules cannot be read" skeleton={<RowsSkeleton rows={10} />}>
      {(data) => (
        <div className={classes.panels}>
          <Receivers receivers={data.receivers} mayTest={silence !== undefined} />
          <Rules alerts={data} />
        </div>
      )}
    </Loaded>
  );
}
