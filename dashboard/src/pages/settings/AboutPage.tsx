import { useAbout } from "../../api/queries.ts";
import { backendName } from "../../format/backend-name.ts";
import { Loaded } from "../../parts/Loaded.tsx";
import { Panel } from "../../parts/Panel.tsx";
import facts from "../machine/Facts.module.css";

/** What this server is and what it runs on. */
export function AboutPage() {
  const about = useAbout();
  return (
    <Panel title="About this server">
      <Loaded query={about} what="The server’s facts cannot be read">
        {(data) => (
          <dl className={facts.facts}>
            {[
              ["Organization", data.organization],
              ["Fleet Server", data.version],
              ["Node.js", data.node_version],
              ["This node", data.node_id ?? "runs alone"],
              [
                "Fleet data",
                `${backendName(data.data_backend)}, ${data.database_encrypted ? "encrypted" : "not encrypted"} at rest`,
              ],
              ["Reports", data.payload_encrypted ? "may come encrypted by the agent" : "come without a payload key"],
              ["Sessions", backendName(data.session_backend)],
              ["Cluster", data.cluster_backend === null ? "none" : backendName(data.cluster_backend)],
            ].map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
      <p className="muted">
        The REST interface is described at <a href="/api/docs">/api/docs</a>.
      </p>
    </Panel>
  );
}
