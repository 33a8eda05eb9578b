import type { ReactNode } from "react";
import type { PlaceIcon } from "./places.ts";

const drawings = {
  overview: <path d="M2 14V8m4 6V3m4 11V6m4 8v-4" />,
  machines: <path d="M2 2.5h12v4H2zm0 7h12v4H2zM4.5 4.5h.01M4.5 11.5h.01" />,
  cluster: (
    <path d="M8 2a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM3.5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm9 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM7 5.8 4.5 10.2M9 5.8l2.5 4.4M5.5 12h5" />
  ),
  alerts: <path d="M8 2a4 4 0 0 1 4 4v3l1.5 2.5h-11L4 9V6a4 4 0 0 1 4-4Zm-1.5 12h3" />,
  events: <path d="M2 3.5h12M2 8h12M2 12.5h7" />,
  settings: (
    <path d="M2 4.5h6m4 0h2M2 11.5h2m4 0h6M10 2.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm-4 7a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z" />
  ),
} satisfies Record<PlaceIcon, ReactNode>;

/** The picture of a place; its name stands beside it. */
export function Icon({ name }: { readonly name: PlaceIcon }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {drawings[name]}
    </svg>
  );
}
