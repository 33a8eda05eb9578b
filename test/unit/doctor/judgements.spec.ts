import { judgeTls } from "../../../src/doctor/postgres/tls-check.js";
import { judgeConnections } from "../../../src/doctor/postgres/connections-check.js";
import { judgeDurability } from "../../../src/doctor/postgres/durability-check.js";
import { judgeJournal } from "../../../src/doctor/sqlite/journal-check.js";
import { judgeSpace } from "../../../src/doctor/sqlite/space-check.js";
import { versionFault } from "../../../src/database/postgres-faults.js";

it.each([
  [{ max: 100, reserved: 3, used: 20, own_free: null }, 15, "ok"],
  [{ max: 30, reserved: 3, used: 20, own_free: null }, 15, "warning"],
  [{ max: 100, reserved: 3, used: 20, own_free: 5 }, 15, "warning"],
  [{ max: 100, reserved: 3, used: 200, own_free: null }, 0, "ok"],
] as const)("judges connections %j for a node that needs %d: %s", (figures, needed, status) => {
  expect(judgeConnections(figures, needed).status).toBe(status);
});

it.each([
  [{ synchronous_commit: "on", fsync: "on", full_page_writes: "on" }, ["ok"]],
  [{ synchronous_commit: "remote_apply", fsync: "on", full_page_writes: "on" }, ["ok"]],
  [{ synchronous_commit: "off", fsync: "on", full_page_writes: "on" }, ["warning"]],
  [{ synchronous_commit: "on", fsync: "off", full_page_writes: "off" }, ["warning", "warning"]],
])("judges durability %j: %j", (settings, statuses) => {
  expect(judgeDurability(settings).map(({ status }) => status)).toEqual(statuses);
});

it.each([
  [false, "db.example.com:5432", "warning"],
  [false, "127.0.0.1:5432", "ok"],
  [{ rejectUnauthorized: false }, "db.example.com:5432", "warning"],
  [{ rejectUnauthorized: true }, "db.example.com:5432", "ok"],
] as const)("judges a connection with TLS %j to %s: %s", (ssl, address, status) => {
  expect(judgeTls({ ssl }, address).status).toBe(status);
});

it.each([
  [undefined, true, "ok", /^write-ahead logging, on a local disk/],
  [undefined, false, "ok", /begins with the next start/],
  ["nfs", false, "warning", /network file system/],
  ["nfs", true, "warning", /corrupts/],
] as const)("judges a file on %s whose log is written ahead (%s): %s", (networkFileSystem, wal, status, words) => {
  const journal =
    networkFileSystem === undefined ? { mode: "wal" as const } : { mode: "delete" as const, networkFileSystem };
  const [found] = judgeJournal(journal as Parameters<typeof judgeJournal>[0], { wal });
  expect(found?.status).toBe(status);
  expect(found?.summary).toMatch(words);
});

it.each([
  [2 ** 40, "ok", "1 TB"],
  [2 ** 30 - 1, "warning", "1024 MB"],
  [0, "warning", "0 bytes"],
] as const)("judges %d free bytes: %s", (free, status, words) => {
  expect(judgeSpace(free)).toMatchObject({ status, summary: expect.stringContaining(words) as string });
});

it.each([
  [110_020, true],
  [120_000, false],
  [170_002, false],
])("judges the version %d", (version, isTooOld) => {
  expect(versionFault(version) !== undefined).toBe(isTooOld);
});
