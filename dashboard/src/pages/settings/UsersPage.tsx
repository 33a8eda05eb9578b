import { Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { useCurrentUser, useUsers } from "../../api/queries.ts";
import type { Role, User } from "../../api/types.ts";
import { askFirst } from "../../parts/ask-first.tsx";
import { LoadMore } from "../../parts/LoadMore.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { notifyDone, notifyProblem } from "../../parts/notify.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Ago } from "../../parts/Times.tsx";

const roles = [
  { value: "viewer", label: "Viewer" },
  { value: "operator", label: "Operator" },
  { value: "admin", label: "Admin" },
] as const satisfies readonly { value: Role; label: string }[];

function pathOf(username: string): string {
  return `/api/fleet/users/${encodeURIComponent(username)}`;
}

/** Who may log in, and what they may do. */
export function UsersPage() {
  const users = useUsers();
  const [adding, add] = useDisclosure(false);
  return (
    <Loaded query={users} what="The users cannot be read">
      {({ pages }) => (
        <Panel
          title="Users"
          aside={
            <Button size="xs" onClick={add.open}>
              Add a user
            </Button>
          }
          flush
        >
          <div className="table-frame">
            <table className="table">
              <thead>
                <tr>
                  <th>User name</th>
                  <th>Role</th>
                  <th className="number hide-phone">Added</th>
                  <th aria-label="Actions" />
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap((page) => page.users)
                  .map((user) => (
                    <UserRow key={user.username} user={user} />
                  ))}
              </tbody>
            </table>
          </div>
          <LoadMore query={users} />
          <Modal opened={adding} onClose={add.close} title="Add a user">
            <NewUser close={add.close} />
          </Modal>
        </Panel>
      )}
    </Loaded>
  );
}

function UserRow({ user }: { readonly user: User }) {
  const { username } = user;
  const me = useCurrentUser();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: keys.users });
  const change = useMutation({
    mutationFn: (role: Role) => call(pathOf(username), { method: "PATCH", body: { role } }),
    onSuccess: (_answer, role) => notifyDone(`${username} is ${role} now.`),
    onError: (error) => notifyProblem(`The role of ${username} is not changed`, error),
    onSettled,
  });
  const removal = useMutation({
    mutationFn: () => call(pathOf(username), { method: "DELETE" }),
    onSuccess: () => notifyDone(`${username} is removed.`),
    onError: (error) => notifyProblem(`${username} is not removed`, error),
    onSettled,
  });
  const isMe = me.data?.username === username;
  const remove = () =>
    askFirst({
      title: `Remove ${username}?`,
      text: `${username} can no longer log in, and is logged out everywhere.`,
      action: `Remove ${username}`,
      act: () => removal.mutate(),
    });
  return (
    <tr>
      <td>
        <span className="nowrap">
          {username} {isMe && <span className="muted">(you)</span>}
        </span>
      </td>
      <td>
        {isMe ? (
          roles.find(({ value }) => value === user.role)?.label
        ) : (
          <Select
            aria-label={`Role of ${username}`}
            size="xs"
            maw={160}
            data={roles}
            value={user.role}
            allowDeselect={false}
            disabled={change.isPending}
            onChange={(role) => {
              if (role !== null && role !== user.role) change.mutate(role);
            }}
          />
        )}
      </td>
      <td className="number hide-phone">
        <Ago at={user.created_at} />
      </td>
      <td className="number">
        {!isMe && (
          <Button variant="default" size="compact-sm" onClick={remove}>
            Remove<span className="sr-only"> {username}</span>
          </Button>
        )}
      </td>
    </tr>
  );
}

function NewUser({ close }: { readonly close: () => void }) {
  const queries = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const creation = useMutation({
    mutationFn: () => call("/api/fleet/users", { method: "POST", body: { username, password, role } }),
    onSuccess: () => {
      notifyDone(`${username} can log in now.`);
      void queries.invalidateQueries({ queryKey: keys.users });
      close();
    },
  });
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        {creation.error && <Problem error={creation.error} what="The user is not added" />}
        <TextInput
          data-autofocus
          label="User name"
          autoComplete="off"
          required
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description="At least 12 characters; they can change it themselves."
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Select
          label="Role"
          description="Viewers read everything, operators also silence alerts, admins may do all."
          data={roles}
          value={role}
          allowDeselect={false}
          onChange={(value) => value && setRole(value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Add the user
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
