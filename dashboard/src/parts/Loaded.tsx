import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "./Problem.tsx";

interface Props<Data> {
  readonly query: UseQueryResult<Data>;
  /** What could not be done, where it fails. */
  readonly what: string;
  /** The page's skeleton: the same height as what comes, so that nothing jumps. */
  readonly skeleton?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/** What a query reads, its skeleton before, and its problem where there is one: what is known stays below it. */
export function Loaded<Data>({ query, what, skeleton = <Skeleton height={120} />, children }: Props<Data>) {
  const { data, error, refetch } = query;
  const problem = error && <Problem error={error} what={what} retry={() => void refetch()} />;
  if (data === undefined) {
    return (
      problem ?? (
        <div aria-busy="true" aria-label="Loading">
          {skeleton}
        </div>
      )
    );
  }
  return (
    <>
      {problem && <div style={{ marginBottom: 12 }}>{problem}</div>}
      {children(data)}
    </>
  );
}

/** Rows of a table that is still to come. */
export function RowsSkeleton({ rows = 8 }: { readonly rows?: number }) {
  return Array.from({ length: rows }, (_, index) => <Skeleton key={index} height={20} m={14} />);
}
