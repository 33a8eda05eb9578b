import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly className: string;
  /** What the address searches for. */
  readonly value: string;
  readonly search: (text: string) => void;
}

const SETTLE_MS = 250;

/** Searches for what is typed, shortly after. The address comes back later than one types, and changes nothing then. */
export function SearchBox({ label, placeholder, className, value, search }: Props) {
  const [text, setText] = useState(value);
  /** What this box has searched for and the address has not said yet. */
  const sent = useRef<readonly string[]>([]);
  const searchSoon = useDebouncedCallback((next: string) => {
    sent.current = [...sent.current, next];
    search(next);
  }, SETTLE_MS);
  useEffect(() => {
    const own = sent.current.indexOf(value);
    sent.current = sent.current.slice(own + 1);
    if (own >= 0) return;
    // Going back, or a link, changes what is searched for.
    sent.current = [];
    searchSoon.cancel();
    setText(value);
  }, [value, searchSoon]);
  return (
    <TextInput
      type="search"
      className={className}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        searchSoon(event.currentTarget.value.trim());
      }}
    />
  );
}
