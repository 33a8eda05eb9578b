import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSilences } from "../../api/alert-queries.ts";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import type { Silence } from "../../api/types.ts";
import { countOf } from "../../format/figures.ts";
import { absoluteText, untilText } from "../../format/times.ts";
import { askFirst } from "../../parts/ask-first.tsx";
import { CutName } from "../../parts/CutName.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded, RowsSkeleton } from "../../parts/Loaded.tsx";
import { notifyDone, notifyProblem } from "../../parts/notify.ts";
import { Panel } from "../../parts/Panel.tsx";
import { useNow } from "../../parts/use-now.ts";
import classes from "./Silences.module.css";
import { silenceText } from "./silence-words.ts";
import type { Silence as OpenForm } from "./Silencing.tsx";

/** The silences in effect. `silence` is for those who may make and end them. */
export function Silences({ silence }: { readonly silence: OpenForm | undefined }) {
  const silences = useSilences();
  return (
    <Loaded query={silences} what="The silences cannot be read" skeleton={<RowsSkeleton rows={4} />}>
      {({ silences: list }) => (
        <Panel title="Silences in effect" aside={list.length > 0 && countOf(list.length, "silence")} flush>
          {list.length === 0 ? (
            <Empty title="Nothing is silenced">
              Before a planned outage, silence its machines, their tag or a kind of incident: nobody is woken for what
              is known.
            </Empty>
          ) : (
            <SilenceTable list={list} mayEnd={silence !== undefined} />
          )}
        </Panel>
      )}
    </Loaded>
  );
}

function SilenceTable({ list, mayEnd }: { readonly list: readonly Silence[]; readonly mayEnd: boolean }) {
  const now = useNow();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: ({ id }: Silence) => call(`/api/fleet/silences/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => notifyDone("The silence has ended."),
    onError: (error) => notifyProblem("The silence has not ended", error),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.silences }),
  });
  const ask = (silence: Silence) =>
    askFirst({
      title: "End this silence?",
      text: `${silenceText(silence.matcher)}: people are told again, also of what is open now.`,
      action: "End the silence",
      act: () => end.mutate(silence),
    });
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>What</th>
            <th className="hide-phone">By</th>
            <th className="number">Ends</th>
            {mayEnd && <th aria-label="Actions" />}
          </tr>
        </thead>
        <tbody>
          {list.map((silence) => (
            <tr key={silence.id}>
              <td>
                <CutName name={silenceText(silence.matcher)} length={60} />
                <span className={classes.comment}>{silence.comment}</span>
              </td>
              <td className="hide-phone muted">{silence.created_by}</td>
              <td className="number" title={absoluteText(Date.parse(silence.ends_at))}>
                {untilText(Date.parse(silence.ends_at), now)}
              </td>
              {mayEnd && (
                <td className="number">
                  <Button variant="default" size="compact-sm" onClick={() => ask(silence)}>
                    End<span className="sr-only"> the silence: {silenceText(silence.matcher)}</span>
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
