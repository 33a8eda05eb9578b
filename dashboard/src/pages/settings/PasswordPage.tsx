import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { call } from "../../api/http.ts";
import { useCurrentUser } from "../../api/queries.ts";
import { notifyDone } from "../../parts/notify.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Problem } from "../../parts/Problem.tsx";

/** One's own password. Whoever is logged in as the same user elsewhere is logged out. */
export function PasswordPage() {
  const user = useCurrentUser();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: (username: string) =>
      call(`/api/fleet/users/${encodeURIComponent(username)}/password`, {
        method: "POST",
        body: { password, current_password: current },
      }),
    onSuccess: () => {
      notifyDone("Your password is changed. Other sessions of yours have ended.");
      setCurrent("");
      setPassword("");
    },
  });
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (user.data) change.mutate(user.data.username);
  };
  return (
    <Panel title="Your password">
      <form onSubmit={onSubmit}>
        <Stack maw={360}>
          {change.error && <Problem error={change.error} what="The password is not changed" />}
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description="At least 12 characters; several words are good."
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={change.isPending} style={{ alignSelf: "flex-start" }}>
            Change the password
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
