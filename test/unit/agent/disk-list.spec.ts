import { diskList } from "../../../agent/src/figures/disk-list.js";

function mounted(fs: string, type: string, mount: string, size = 1000) {
  return { fs, type, mount, size, used: 400, available: 500, use: 44.44, rw: true };
}

function mountpoints(...given: ReturnType<typeof mounted>[]): string[] {
  return diskList(given).map((disk) => disk.mountpoint);
}

describe("disk list", () => {
  it("gives device, mount point, type and bytes", () => {
    expect(diskList([mounted("/dev/sda1", "ext4", "/")])).toEqual([
      { device: "/dev/sda1", mountpoint: "/", fstype: "ext4", total: 1000, used: 400, free: 500 },
    ]);
  });

  it("leaves out what is no disk", () => {
    const pseudo = ["tmpfs", "devtmpfs", "squashfs", "efivarfs", "iso9660"].map((type, n) =>
      mounted(type, type, `/m${n}`),
    );
    expect(mountpoints(...pseudo, mounted("/dev/sda1", "ext4", "/"), mounted("none", "fuse", "/f", 0))).toEqual(["/"]);
  });

  it("keeps a container's root but no other overlay and no file mounted from the host", () => {
    const host = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"].map((file) => mounted("/dev/sda1", "ext4", file));
    const layers = mounted("overlay", "overlay", "/var/lib/docker/overlay2/abc/merged");
    expect(mountpoints(...host, layers, mounted("overlay", "overlay", "/"))).toEqual(["/"]);
  });

  it("lists a device once, where it is mounted nearest to the root", () => {
    const twice = [mounted("/dev/sdb1", "btrfs", "/srv/deep/down"), mounted("/dev/sdb1", "btrfs", "/srv")];
    expect(mountpoints(mounted("/dev/sda1", "ext4", "/"), ...twice)).toEqual(["/", "/srv"]);
  });

  it("leaves out the helper volumes of macOS", () => {
    const volumes = ["/System/Volumes/VM", "/System/Volumes/Data"].map((mount, n) =>
      mounted(`/dev/disk3s${n}`, "APFS", mount),
    );
    expect(mountpoints(...volumes, mounted("/dev/disk3s9", "APFS", "/"))).toEqual(["/", "/System/Volumes/Data"]);
  });

  it("leaves out the figures that are missing", () => {
    const [disk] = diskList([{ ...mounted("C:", "NTFS", "C:"), used: Number.NaN, available: Number.NaN }]);
    expect(JSON.parse(JSON.stringify(disk))).toEqual({ device: "C:", mountpoint: "C:", fstype: "NTFS", total: 1000 });
  });
});
