import { versionFault } from "../../../src/database/postgres-faults.js";
import { judgeConnections } from "../../../src/doctor/postgres/connections-check.js";
import { judgeDurability } from "../../../src/doctor/postgres/durability-check.js";
import { judgeTls } from "../../../src/doctor/postgres/tls-check.js";
import { judgeJournal } from "../../../src/doctor/sqlite/journal-check.js";
import { judgeSpace } from "../../../src/doctor/sqlite/space-check.js";
import { postgresTls } from "../../../src/database/postgres-tls.js";

const GIB = 2 ** 30;

describe("free space", () => {
  it.each([
    [5 * GIB, "ok", "5 GiB"],
    [GIB, "ok", "1 GiB"],
    [GIB - 1, "warning", "1 GiB"],
    [0, "warning", "0 B"],
  ])("of %d bytes is judged", (free, status, words) => {
    expect(judgeSpace(free)).toMatchObject({ status, summary: expect.stringContaining(words) as string });
  });
});

describe("the journal", () => {
  const local = { mode: "wal", networkFileSystem: undefined } as const;
  const nfs = { mode: "delete", networkFileSystem: "NFS" } as const;

  it.each([
    ["write-ahead logging on a local disk", local, true, "ok", /local disk/],
    ["the other journal on a local disk", local, false, "ok", /begins with the next start/],
    ["write-ahead logging on a network file system", nfs, true, "warning", /corrupts .*NFS/],
    ["the other journal on a network file system", nfs, false, "warning", /\(NFS\): using the rollback journal/],
  ])("is judged: %s", (_what, journal, wal, status, words) => {
    expect(judgeJournal(journal, { wal })).toEqual([
      expect.objectContaining({ status, summary: expect.stringMatching(words) as string }),
    ]);
  });
});

describe("the way to PostgreSQL", () => {
  it.each([
    ["", "127.0.0.1:5432", "ok", /plain text, on this machine/],
    ["", "/run/postgresql:5432", "ok", /on this machine/],
    ["", "db.example.com:5432", "warning", /plain text/],
    ["?sslmode=require", "db.example.com:5432", "warning", /pass for the server/],
    ["?sslmode=require", "localhost:5432", "ok", /encrypted/],
    ["?sslmode=verify-full", "db.example.com:5432", "ok", /and its host name verified/],
  ])("with %j to %s is judged", (query, address, status, words) => {
    const finding = judgeTls(postgresTls(`postgresql://fleet@db/fleet${query}`), address);
    expect(finding).toMatchObject({ status, summary: expect.stringMatching(words) as string });
  });
});

describe("PostgreSQL's version", () => {
  it.each([
    [110_022, /^PostgreSQL 11 is too old/],
    [90_624, /^PostgreSQL 9 is too old/],
    [120_000, undefined],
    [150_004, undefined],
  ])("%d is judged", (version, words) => {
    const fault = versionFault(version);
    if (words === undefined) expect(fault).toBeUndefined();
    else
      expect(fault).toMatchObject({ what: expect.stringMatching(words) as string, fix: "use PostgreSQL 12 or newer" });
  });
});

describe("PostgreSQL's connections", () => {
  const few = { max: 100, reserved: 3, used: 1, own_free: null };

  it.each([
    ["nearly all free", few, "ok", /^97 connections are free/],
    ["just enough", { ...few, used: 81 }, "ok", /^17 /],
    ["one too few", { ...few, used: 82 }, "warning", /^16 .*a node may open 17/],
    ["more in use than others may take", { ...few, used: 100 }, "warning", /^0 /],
    ["a limit of the user's own", { ...few, own_free: 9 }, "warning", /^10 /],
  ])("are judged: %s", (_what, figures, status, words) => {
    expect(judgeConnections(figures, 17)).toMatchObject({ status, summary: expect.stringMatching(words) as string });
  });

  it("are to be raised where they are limited", () => {
    expect(judgeConnections({ ...few, own_free: 9 }, 17).fix).toContain("CONNECTION LIMIT");
    expect(judgeConnections({ ...few, used: 99 }, 17).fix).toContain("max_connections");
  });
});

describe("PostgreSQL's durability", () => {
  const durable = { synchronous_commit: "on", fsync: "on", full_page_writes: "on" };

  it.each([
    [durable, 0],
    [{ ...durable, synchronous_commit: "local" }, 0],
    [{ ...durable, synchronous_commit: "off" }, 1],
    [{ synchronous_commit: "off", fsync: "off", full_page_writes: "off" }, 3],
  ])("with %j is judged", (settings, faults) => {
    const found = judgeDurability(settings);
    expect(found.filter(({ status }) => status === "warning")).toHaveLength(faults);
    expect(found).toHaveLength(Math.max(faults, 1));
  });
});
