import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import type { AlertReceiver } from "../../api/types.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";
import classes from "./RulesAndReceivers.module.css";
import { receiverText } from "./rule-words.ts";

const example = `alerts:
  receivers:
    - name: pager
      type: webhook
      url: https://pager.example.com/fleet
      secret: REPLACE_WITH_A_WEBHOOK_SECRET`;

interface Props {
  readonly receivers: readonly AlertReceiver[];
  readonly mayTest: boolean;
}

/** Who is told of incidents, whether it works, and a way to try it out. */
export function Receivers({ receivers, mayTest }: Props) {
  return (
    <Panel title="Receivers" flush={receivers.length > 0}>
      {receivers.length === 0 ? (
        <Empty title="No receivers are configured">
          <div className={classes.teach}>
            <p>
              Incidents are kept and shown here, and nobody is told. To be told, add a receiver to the configuration of
              every node and restart them one after another; slack and email are types as well.
            </p>
            <CopyText label="Lines of the configuration that add a receiver" text={example} />
          </div>
        </Empty>
      ) : (
        <div className="table-frame">
          <table className={`table ${classes.receivers ?? ""}`}>
            <thead>
              <tr>
                <th>Receiver</th>
                <th>Is told of</th>
                <th>Last notification</th>
                {mayTest && <th aria-label="Actions" />}
              </tr>
            </thead>
            <tbody>
              {receivers.map((receiver) => (
                <tr key={receiver.name}>
                  <td>
                    <strong>{receiver.name}</strong> <span className="muted">{receiver.type}</span>
                    <span className={classes.error}>{receiver.target}</span>
                  </td>
                  <td>{receiverText(receiver)}</td>
                  <td>
                    <Last last={receiver.last} />
                  </td>
                  {mayTest && (
                    <td className="number">
                      <Test name={receiver.name} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

const tones = { pending: "warning", delivered: "well", failed: "bad" } as const;

function Last({ last }: Pick<AlertReceiver, "last">) {
  if (!last) return <span className="muted">none yet</span>;
  return (
    <>
      <StatusMark tone={tones[last.state]}>
        {last.state} <Ago at={last.at} />
      </StatusMark>
      {last.error !== null && <span className={classes.error}>{last.error}</span>}
    </>
  );
}

/** Sends a test notification and says what became of it, where the button is. */
function Test({ name }: { readonly name: string }) {
  const test = useMutation({
    mutationFn: () => call(`/api/fleet/alerts/receivers/${encodeURIComponent(name)}/test`, { method: "POST" }),
  });
  return (
    <>
      <Button variant="default" size="compact-sm" loading={test.isPending} onClick={() => test.mutate()}>
        Test<span className="sr-only"> the receiver {name}</span>
      </Button>
      <span role="status" className={classes.outcome}>
        {test.isSuccess && <Outcome tone="well">{`${name} has taken a test notification.`}</Outcome>}
        {test.isError && <Outcome tone="bad">{test.error.message}</Outcome>}
      </span>
    </>
  );
}

function Outcome({ tone, children }: { readonly tone: "well" | "bad"; readonly children: string }) {
  return (
    <StatusMark tone={tone}>
      <span className={classes.words}>{children}</span>
    </StatusMark>
  );
}
