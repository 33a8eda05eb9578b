import { Autocomplete, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { useMachineList } from "../../api/queries.ts";
import type { NewSilence } from "../../api/types.ts";
import { incidentKinds, kindNames } from "../../format/incident-words.ts";
import { machineName } from "../../format/machine-facts.ts";
import { serverNow } from "../../format/server-clock.ts";
import { Notice } from "../../parts/Notice.tsx";
import { notifyDone } from "../../parts/notify.ts";
import { Problem } from "../../parts/Problem.tsx";
import { lengths, type SilenceDraft, silenceOf } from "./silence-draft.ts";

interface Props {
  readonly draft: SilenceDraft;
  readonly close: () => void;
}

const kindChoices = incidentKinds.map((value) => ({ value, label: kindNames[value] }));

/** What is silenced, for how long, and why. */
export function SilenceForm({ draft: given, close }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(given);
  const [lacks, setLacks] = useState<string>();
  const change = (members: Partial<SilenceDraft>) => setDraft({ ...draft, ...members });
  const creation = useMutation({
    mutationFn: (body: NewSilence) => call("/api/fleet/silences", { method: "POST", body }),
    onSuccess: () => {
      notifyDone("The silence has begun.");
      void queries.invalidateQueries({ queryKey: keys.silences });
      close();
    },
  });
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const silence = silenceOf(draft, serverNow());
    setLacks("lacks" in silence ? silence.lacks : undefined);
    if ("body" in silence) creation.mutate(silence.body);
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <Text size="sm">
          Nobody is told of incidents that fit all of what is filled in. They are opened and shown all the same.
        </Text>
        {lacks !== undefined && (
          <Notice tone="warning" title="Something is missing">
            <p>{lacks}</p>
          </Notice>
        )}
        {creation.error && <Problem error={creation.error} what="Nothing is silenced" />}
        <MachineChoice value={draft.machine} change={(machine) => change({ machine })} />
        <TextInput
          label="Tag"
          placeholder="any"
          value={draft.tag}
          onChange={(event) => change({ tag: event.currentTarget.value })}
        />
        <Select
          label="Kind"
          placeholder="any"
          data={kindChoices}
          value={draft.kind}
          onChange={(kind) => change({ kind })}
          clearable
        />
        <Select
          label="For"
          data={lengths}
          value={draft.length}
          allowDeselect={false}
          onChange={(length) => length && change({ length })}
        />
        {draft.length === "until" && (
          <TextInput
            type="datetime-local"
            label="Until"
            description="In your time zone."
            value={draft.until}
            onChange={(event) => change({ until: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="Comment"
          placeholder="Why, for those who wonder"
          maxLength={500}
          value={draft.comment}
          onChange={(event) => change({ comment: event.currentTarget.value })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={creation.isPending}>
            Silence
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Silences go by ids; names are found as well. */
function MachineChoice({ value, change }: { readonly value: string; readonly change: (id: string) => void }) {
  const [q] = useDebouncedValue(value.trim(), 200);
  const { data } = useMachineList({ q: q === "" ? undefined : q, sort: "name", limit: 8 });
  const names = new Map(data?.machines.map((machine) => [machine.machine_id, machineName(machine)]));
  return (
    <Autocomplete
      data-autofocus
      openOnFocus={false}
      label="Id of a machine or node"
      placeholder="any"
      value={value}
      onChange={change}
      data={[...names.keys()]}
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const name = names.get(option.value);
        return name === undefined || name === option.value ? option.value : `${option.value}: ${name}`;
      }}
    />
  );
}
