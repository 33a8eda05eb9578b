import { type ReactNode, useEffect } from "react";
import classes from "./PageHeader.module.css";
import { useArrival } from "./use-arrival.ts";

interface Props {
  readonly title: string;
  /** What the browser's tab says, where it is not the title. */
  readonly tab?: string;
  readonly children?: ReactNode;
}

/** The page's name, and beside it what can be done on it. */
export function PageHeader({ title, tab = title, children }: Props) {
  const heading = useArrival();
  useEffect(() => {
    document.title = `${tab} · Fleet Server`;
  }, [tab]);
  return (
    <header className={classes.header}>
      <h1 ref={heading} tabIndex={-1} className={classes.title}>
        {title}
      </h1>
      {children}
    </header>
  );
}
