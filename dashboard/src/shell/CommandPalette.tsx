import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useNavigate } from "react-router";
import { useMachineList } from "../api/queries.ts";
import { machineName } from "../format/machine-facts.ts";
import { MachineStatusMark } from "../parts/StatusMark.tsx";
import classes from "./CommandPalette.module.css";
import { places } from "./places.ts";

interface Props {
  readonly opened: boolean;
  readonly close: () => void;
}

/** Finds machines and places by a few letters. */
export function CommandPalette({ opened, close }: Props) {
  // Who goes elsewhere does not come back to where the focus was.
  const [goes, setGoes] = useState(false);
  useEffect(() => {
    if (opened) setGoes(false);
  }, [opened]);
  return (
    <Modal.Root opened={opened} onClose={close} returnFocus={!goes} yOffset="10vh" padding="xs">
      <Modal.Overlay />
      <Modal.Content aria-label="Find">
        <Modal.Body>
          <Finder
            leave={() => {
              setGoes(true);
              close();
            }}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const FOUND = 8;

/** A combobox with a list box below it (ARIA Authoring Practices, combobox pattern). */
function Finder({ leave }: { readonly leave: () => void }) {
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const [q] = useDebouncedValue(text.trim(), 150);
  const machines = useMachineList({ q: q === "" ? undefined : q, sort: "name", limit: FOUND });
  const options = [
    ...places
      .filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase()))
      .map(({ path, name, key }) => ({ path, name, aside: <kbd>g {key}</kbd> })),
    ...(machines.data?.machines ?? []).map((machine) => ({
      path: `/machine/${encodeURIComponent(machine.machine_id)}`,
      name: machineName(machine),
      aside: <MachineStatusMark status={machine.status} />,
    })),
  ];
  const current = Math.min(chosen, options.length - 1);
  // What is listed was found for fewer letters than have been typed.
  const isBehind = q !== text.trim() || machines.isPlaceholderData || machines.isPending;
  const [opensNext, setOpensNext] = useState(false);

  const open = (path: string) => {
    leave();
    void navigate(path);
  };
  useEffect(() => {
    if (!opensNext || (isBehind && !machines.isError)) return;
    setOpensNext(false);
    const option = options[current];
    if (option) open(option.path);
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen(Math.min(current + 1, options.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(current - 1, 0));
    else if (event.key === "Enter") setOpensNext(true);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
          setOpensNext(false);
        }}
        onKeyDown={onKey}
        placeholder="Machine, serial number or place"
        aria-label="Find a machine or place"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={options[current] && `${listId}-${current}`}
        autoComplete="off"
      />
      <div id={listId} role="listbox" aria-label="Found" className={classes.list}>
        {options.map(({ path, name, aside }, index) => (
          <div
            key={path}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            className={classes.option}
            onClick={() => open(path)}
            onMouseMove={() => setChosen(index)}
          >
            <span className={classes.name}>{name}</span>
            <span className="muted">{aside}</span>
          </div>
        ))}
      </div>
      {options.length === 0 && <p className={classes.none}>Nothing is called so.</p>}
    </>
  );
}
