import type { MachineStatus } from "../../api/types.ts";

const statuses = ["online", "warning", "offline"] as const satisfies readonly MachineStatus[];
const sortColumns = ["name", "cpu", "memory", "disk", "last_seen", "first_seen"] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Which machines the page lists, as its address says; what is not understood counts as not said. */
export interface ListAddress {
  readonly q: string;
  readonly status: MachineStatus | undefined;
  readonly sort: SortColumn;
  readonly descending: boolean;
  /** Where the page begins; undefined for the first. */
  readonly cursor: string | undefined;
  /** Counted from one, for people. */
  readonly page: number;
}

export function readAddress(query: URLSearchParams): ListAddress {
  const sort = query.get("sort") ?? "name";
  const column = sortColumns.find((name) => name === sort.replace(/^-/, ""));
  const cursor = query.get("cursor") ?? undefined;
  const page = Number(query.get("page"));
  return {
    q: query.get("q") ?? "",
    status: statuses.find((status) => status === query.get("status")),
    sort: column ?? "name",
    descending: column !== undefined && sort.startsWith("-"),
    cursor,
    page: cursor !== undefined && Number.isSafeInteger(page) && page > 1 ? page : 1,
  };
}

/** The query string of the address, without what is as it is by default. */
export function writeAddress({ q, status, sort, descending, cursor, page }: ListAddress): URLSearchParams {
  const query = new URLSearchParams();
  if (q !== "") query.set("q", q);
  if (status) query.set("status", status);
  if (sort !== "name" || descending) query.set("sort", sortText({ sort, descending }));
  if (cursor !== undefined) {
    query.set("cursor", cursor);
    query.set("page", String(page));
  }
  return query;
}

/** As the server takes it. */
export function sortText({ sort, descending }: Pick<ListAddress, "sort" | "descending">): string {
  return descending ? `-${sort}` : sort;
}

/** Sorted by another column; figures and times begin with the highest, the column that is chosen turns around. */
export function sortedBy(address: ListAddress, column: SortColumn): ListAddress {
  const descending = address.sort === column ? !address.descending : column !== "name";
  return { ...address, sort: column, descending, cursor: undefined, page: 1 };
}
