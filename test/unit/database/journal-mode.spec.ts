import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { journalModeFor, journalModeOf } from "../../../src/database/journal-mode.js";

describe("journal mode", () => {
  it.each([
    ["ext4", 0xef53, "wal"],
    ["xfs", 0x58465342, "wal"],
    ["btrfs", 0x9123683e, "wal"],
    ["tmpfs", 0x01021994, "wal"],
    ["overlayfs", 0x794c7630, "wal"],
    ["zfs", 0x2fc12fc1, "wal"],
    ["NFS", 0x6969, "delete"],
    ["CIFS", 0xff534d42, "delete"],
    // statfs reports some magics as negative numbers where `f_type` is signed.
    ["CIFS, signed", 0xff534d42 | 0, "delete"],
    ["SMB2, signed", 0xfe534d42 | 0, "delete"],
    ["FUSE", 0x65735546, "delete"],
    ["9P", 0x01021997, "delete"],
    ["Ceph", 0x00c36400, "delete"],
  ])("on %s is right", (_name, magic, mode) => {
    expect(journalModeFor(magic).mode).toBe(mode);
  });

  it("asks the file system that holds the folder", () => {
    expect(journalModeOf(tmpdir())).toEqual(journalModeFor(statfsSync(tmpdir()).type));
  });
});
