import { Button, Paper, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useState } from "react";
import { ApiError, call } from "../../api/http.ts";
import { Notice } from "../../parts/Notice.tsx";
import { useNow } from "../../parts/use-now.ts";
import classes from "./LoginPage.module.css";
import { loginTrouble } from "./login-trouble.ts";
import { safePath } from "./safe-path.ts";

/** Asks who one is, and leads back to where one was. */
export function LoginPage() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const now = useNow();
  const login = useMutation({
    mutationFn: () => call("/login", { method: "POST", body: { username, password } }),
    onSuccess: () => window.location.assign(safePath(new URLSearchParams(window.location.search).get("next"))),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) setPassword("");
    },
  });
  useEffect(() => {
    document.title = "Log in · Fleet Server";
  }, []);

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    login.mutate();
  };
  // `submittedAt` is by this device's clock, `now` by the server's: the difference of two of the same kind counts.
  const trouble = login.error && loginTrouble(login.error, Date.now() - login.submittedAt);
  // Reading `now` keeps the countdown ticking.
  const waiting = trouble?.waitSeconds !== undefined && now > 0 && trouble.waitSeconds > 0;
  return (
    <main className={classes.page}>
      <Paper withBorder className={classes.card} component="form" method="post" action="/login" onSubmit={onSubmit}>
        <div className={classes.brand}>
          <img src="/static/icon.svg" width="24" height="24" alt="" />
          <h1>Fleet Server</h1>
        </div>
        {trouble && (
          <Notice tone={trouble.passing ? "warning" : "bad"} title={trouble.title}>
            <p>
              {trouble.text}
              {waiting && ` You can try again in ${trouble.waitSeconds} s.`}
            </p>
          </Notice>
        )}
        <TextInput
          label="User name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          size="md"
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={login.isPending || login.isSuccess} disabled={waiting}>
          Log in
        </Button>
      </Paper>
    </main>
  );
}
