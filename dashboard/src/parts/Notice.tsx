import type { ReactNode } from "react";
import classes from "./Notice.module.css";
import { StatusShape } from "./StatusMark.tsx";

interface Props {
  readonly tone: "warning" | "bad";
  readonly title: string;
  readonly children: ReactNode;
}

/** Something that went wrong, told at once to those who listen as well. */
export function Notice({ tone, title, children }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role="alert">
      <p className={classes.title}>
        <StatusShape tone={tone} />
        {title}
      </p>
      {children}
    </div>
  );
}
