import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { useSessions } from "../../api/queries.ts";
import type { LoginSession } from "../../api/types.ts";
import { browserName } from "../../format/browser-name.ts";
import { countOf } from "../../format/figures.ts";
import { askFirst } from "../../parts/ask-first.tsx";
import { LoadMore } from "../../parts/LoadMore.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { notifyDone, notifyProblem } from "../../parts/notify.ts";
import { Panel } from "../../parts/Panel.tsx";
import { StatusMark } from "../../parts/StatusMark.tsx";
import { Ago } from "../../parts/Times.tsx";

/** Who is logged in where: one's own sessions, and everybody's for administrators. */
export function SessionsPage() {
  const sessions = useSessions();
  const queries = useQueryClient();
  const revocation = useMutation({
    mutationFn: ({ id }: LoginSession) => call(`/api/fleet/sessions/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: (_answer, { username }) => notifyDone(`The session of ${username} has ended.`),
    onError: (error) => notifyProblem("The session has not ended", error),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessions }),
  });
  const end = (session: LoginSession) =>
    askFirst({
      title: "End this session?",
      text: `${session.username} is logged out of ${browserName(session.user_agent)}${session.current ? ", which is the one you use now" : ""}.`,
      action: "End the session",
      act: () => revocation.mutate(session),
    });
  return (
    <Loaded query={sessions} what="The sessions cannot be read">
      {({ pages }) => (
        <Panel title="Sessions" aside={countOf(pages[0]?.total ?? 0, "session")} flush>
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th>User</th>
                  <th>Browser</th>
                  <th className="hide-phone">Address</th>
                  <th className="number hide-phone">Logged in</th>
                  <th className="number">Last used</th>
                  <th aria-label="Actions" />
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap((page) => page.sessions)
                  .map((session) => (
                    <tr key={session.id}>
                      <td>{session.username}</td>
                      <td>
                        {browserName(session.user_agent)}{" "}
                        {session.current && <StatusMark tone="well">this one</StatusMark>}
                      </td>
                      <td className="hide-phone muted">{session.address ?? "–"}</td>
                      <td className="number hide-phone">
                        <Ago at={session.started_at} />
                      </td>
                      <td className="number">
                        <Ago at={session.last_used_at} />
                      </td>
                      <td className="number">
                        <Button variant="default" size="compact-sm" onClick={() => end(session)}>
                          End<span className="sr-only"> the session of {session.username}</span>
                        </Button>
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
          <LoadMore query={sessions} />
        </Panel>
      )}
    </Loaded>
  );
}
