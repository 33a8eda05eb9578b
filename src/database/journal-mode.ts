import { statfsSync } from "node:fs";

/** File systems that SQLite reaches over a network: their `f_type` in `statfs(2)` (linux/magic.h and the drivers). */
const networkFileSystems = new Map<number, string>([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x65735546, "FUSE"],
  [0x01021997, "9P"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
]);

export interface JournalMode {
  readonly mode: "wal" | "delete";
  /** The network file system that forbids write-ahead logging, where there is one. */
  readonly networkFileSystem: string | undefined;
}

/**
 * Write-ahead logging keeps its index in shared memory, which works only between processes of one machine; on a network
 * file system two nodes would corrupt the database (https://www.sqlite.org/wal.html), so there the rollback journal is
 * used. FUSE counts as network: most of what is mounted through it is.
 */
export function journalModeFor(fileSystemType: number): JournalMode {
  const networkFileSystem = networkFileSystems.get(fileSystemType >>> 0);
  return { mode: networkFileSystem === undefined ? "wal" : "delete", networkFileSystem };
}

/** The journal mode for a database in `folder`, by the file system that holds it. */
export function journalModeOf(folder: string): JournalMode {
  return journalModeFor(statfsSync(folder).type);
}
