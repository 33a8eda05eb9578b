import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { useApiKeys } from "../../api/queries.ts";
import type { ApiKey } from "../../api/types.ts";
import { countText } from "../../format/figures.ts";
import { absoluteText, untilText } from "../../format/times.ts";
import { askFirst } from "../../parts/ask-first.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { notifyDone, notifyProblem } from "../../parts/notify.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Ago } from "../../parts/Times.tsx";
import { useNow } from "../../parts/use-now.ts";
import { NewApiKeyForm } from "./NewApiKeyForm.tsx";

/** Keys that programs read the fleet with. */
export function ApiKeysPage() {
  const apiKeys = useApiKeys();
  const queries = useQueryClient();
  const [adding, add] = useDisclosure(false);
  const removal = useMutation({
    mutationFn: ({ id }: ApiKey) => call(`/api/fleet/api-keys/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: (_answer, { name }) => notifyDone(`The key ${name} is deleted.`),
    onError: (error, { name }) => notifyProblem(`The key ${name} is not deleted`, error),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  const remove = (key: ApiKey) =>
    askFirst({
      title: `Delete the key ${key.name}?`,
      text: `Programs that use ${key.name} (${key.prefix}…) are refused within seconds.`,
      action: `Delete ${key.name}`,
      act: () => removal.mutate(key),
    });
  return (
    <Loaded query={apiKeys} what="The API keys cannot be read">
      {({ api_keys: list }) => (
        <Panel
          title="API keys"
          aside={
            <Button size="xs" onClick={add.open}>
              Make a key
            </Button>
          }
          flush
        >
          {list.length === 0 ? (
            <Empty title="No keys yet">A program that reads the fleet sends one as Authorization: Bearer.</Empty>
          ) : (
            <KeyTable list={list} remove={remove} />
          )}
          <Modal opened={adding} onClose={add.close} title="Make an API key" closeOnClickOutside={false}>
            <NewApiKeyForm close={add.close} />
          </Modal>
        </Panel>
      )}
    </Loaded>
  );
}

function KeyTable({ list, remove }: { readonly list: readonly ApiKey[]; readonly remove: (key: ApiKey) => void }) {
  const now = useNow();
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>May</th>
            <th className="hide-phone">Begins with</th>
            <th className="hide-phone">Made by</th>
            <th className="number hide-phone">Made</th>
            <th className="number hide-phone">Requests a minute</th>
            <th className="number">Expires</th>
            <th className="number hide-phone">Last used</th>
            <th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {list.map((key) => (
            <tr key={key.id}>
              <td>{key.name}</td>
              <td>{key.scope === "admin" ? "everything" : key.scope}</td>
              <td className="hide-phone mono">{key.prefix}…</td>
              <td className="hide-phone muted">{key.created_by}</td>
              <td className="number hide-phone">
                <Ago at={key.created_at} />
              </td>
              <td className="number hide-phone">{countText(key.requests_per_minute)}</td>
              <td className="number">
                {key.expires_at === null ? (
                  <span className="muted">never</span>
                ) : (
                  <span title={absoluteText(Date.parse(key.expires_at))}>
                    {untilText(Date.parse(key.expires_at), now)}
                  </span>
                )}
              </td>
              <td className="number hide-phone">
                {key.last_used_at === null ? <span className="muted">never</span> : <Ago at={key.last_used_at} />}
              </td>
              <td className="number">
                <Button variant="default" size="compact-sm" onClick={() => remove(key)}>
                  Delete<span className="sr-only"> {key.name}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
