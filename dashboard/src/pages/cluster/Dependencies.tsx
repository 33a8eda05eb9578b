import { StatusMark } from "../../parts/StatusMark.tsx";
import classes from "./Dependencies.module.css";

/** What a node needs to do its work, as the node itself finds it. */
export function Dependencies({ states }: { readonly states: Readonly<Record<string, "up" | "down">> }) {
  const entries = Object.entries(states);
  if (entries.length === 0) return <span className="muted">not told</span>;
  if (entries.every(([, state]) => state === "up")) {
    return (
      <StatusMark tone="well">
        <span className={classes.names}>{entries.map(([name]) => name).join(", ")}</span>
      </StatusMark>
    );
  }
  return (
    <ul className={classes.list}>
      {entries.map(([name, state]) => (
        <li key={name}>
          <StatusMark tone={state === "up" ? "well" : "bad"}>
            {name}
            {state === "down" && " is down"}
          </StatusMark>
        </li>
      ))}
    </ul>
  );
}
