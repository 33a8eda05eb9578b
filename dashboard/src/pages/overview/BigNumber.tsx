import { Link } from "react-router";
import { countText } from "../../format/figures.ts";
import { StatusShape } from "../../parts/StatusMark.tsx";
import type { Tone } from "../../parts/tone.ts";
import classes from "./BigNumber.module.css";

interface Props {
  readonly name: string;
  readonly value: string;
  readonly tone?: Tone | undefined;
  readonly hint?: string;
  /** Of how many it is a part. */
  readonly of?: number;
  /** Where the things that were counted are listed. */
  readonly to?: string;
}

export function BigNumber({ name, value, tone, hint, of, to }: Props) {
  const content = (
    <>
      <span className={classes.name}>
        {tone && <StatusShape tone={tone} />}
        {name}
      </span>
      <span className={classes.value}>{value}</span>
      <span className={classes.hint}>{of === undefined ? hint : `of ${countText(of)}`}</span>
    </>
  );
  return to === undefined ? (
    <div className={classes.card}>{content}</div>
  ) : (
    <Link to={to} className={classes.card}>
      {content}
    </Link>
  );
}
