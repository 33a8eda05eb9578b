import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import type { ApiKeyScope, NewApiKey } from "../../api/types.ts";
import { serverNow } from "../../format/server-clock.ts";
import { CopyText } from "../../parts/CopyText.tsx";
import { Problem } from "../../parts/Problem.tsx";

const scopes = [
  { value: "read", label: "Read the fleet" },
  { value: "operate", label: "Everything an operator may" },
  { value: "admin", label: "Everything an admin may" },
] as const satisfies readonly { value: ApiKeyScope; label: string }[];

const DAY_MS = 86_400_000;
const lives = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "never", label: "Never" },
] as const;
type Life = (typeof lives)[number]["value"];

/** Makes a key, and then shows it: this once. */
export function NewApiKeyForm({ close }: { readonly close: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<ApiKeyScope>("read");
  const [life, setLife] = useState<Life>("90");
  const [limit, setLimit] = useState<number | string>("");
  const creation = useMutation({
    mutationFn: () =>
      call<NewApiKey>("/api/fleet/api-keys", {
        method: "POST",
        body: {
          name,
          scope,
          ...(typeof limit === "number" ? { requests_per_minute: limit } : {}),
          ...(life === "never" ? {} : { expires_at: new Date(serverNow() + Number(life) * DAY_MS).toISOString() }),
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  if (creation.data) {
    return (
      <Stack>
        <Text size="sm">
          This is the key {creation.data.name}. It is shown this once: keep it where its program reads it.
        </Text>
        <CopyText label="The new API key" text={creation.data.key} />
        <Group justify="flex-end">
          <Button onClick={close}>I have kept it</Button>
        </Group>
      </Stack>
    );
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        {creation.error && <Problem error={creation.error} what="The key is not made" />}
        <TextInput
          data-autofocus
          label="Name"
          description="The program that is to use it."
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="May"
          data={scopes}
          value={scope}
          allowDeselect={false}
          onChange={(value) => value && setScope(value)}
        />
        <Select
          label="Expires"
          data={lives}
          value={life}
          allowDeselect={false}
          onChange={(value) => value && setLife(value)}
        />
        <NumberInput
          label="Requests a minute"
          description="More are refused. Left empty: as many as the server's settings say."
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={limit}
          onChange={setLimit}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
