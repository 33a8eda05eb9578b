import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { join } from "node:path";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { SqliteFleetStore } from "../../../src/fleet/store/sqlite/sqlite-fleet-store.js";
import { report } from "../../support/accepted-report.js";
import { onCleanup } from "../../support/cleanup.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("the fleet's store on SQLite", () => {
  it("seals each commit with the key that is the sealing one then, and opens all", async () => {
    const path = join(makeTempFolder("sealing"), "fleet.sqlite3");
    const cipher = new DocumentCipher([FernetKey.generate(), FernetKey.generate()]);
    const [newId, oldId] = cipher.keyIds;
    await (await openSqliteDatabase(path, [], cipher, new Logger("Test"))).destroy();
    const options = { path, keys: cipher.keys, detailIntervalMs: 60_000, repeatWindowMs: 15_000 };
    const store = new SqliteFleetStore(options, cipher);
    onCleanup(() => store.close());

    const order = [undefined, oldId, newId, oldId];
    for (const [index, keyId] of order.entries()) {
      cipher.sealWith(keyId);
      await store.commit([report(`m-${index}`, 0)]);
    }
    const db = new Database(path, { readonly: true });
    const stored = db.prepare<[], string>("SELECT info FROM machine_documents ORDER BY machine").pluck().all();
    const samples = db.prepare<[], string>("SELECT metrics FROM history_details ORDER BY machine").pluck().all();
    db.close();
    expect(stored.map((document) => cipher.sealerOf(document))).toEqual(order);
    expect(samples.map((document) => cipher.sealerOf(document))).toEqual(order);
    for (const index of order.keys()) {
      expect(await store.machine(`m-${index}`, "")).toMatchObject({ info: `{"hostname":"m-${index}"}` });
    }
  });

  it("keeps whole samples compactly, and the newest metrics so that a node of the version before can read them", async () => {
    const path = join(makeTempFolder("sealing"), "fleet.sqlite3");
    const key = FernetKey.generate();
    const cipher = new DocumentCipher([key]);
    await (await openSqliteDatabase(path, [], cipher, new Logger("Test"))).destroy();
    const store = new SqliteFleetStore(
      { path, keys: cipher.keys, detailIntervalMs: 60_000, repeatWindowMs: 15_000 },
      cipher,
    );
    onCleanup(() => store.close());
    const metrics = JSON.stringify({ disks: Array(20).fill({ mountpoint: "/", percent: 12.5 }) });
    await store.commit([report("web-01", 0, { metrics })]);
    const db = new Database(path, { readonly: true });
    const newest = db.prepare<[], string>("SELECT metrics FROM machine_documents").pluck().get() ?? "";
    const whole = db.prepare<[], string>("SELECT metrics FROM history_details").pluck().get() ?? "";
    db.close();
    expect(FernetKey.parse(key).open(newest).toString()).toBe(metrics);
    expect(whole.length).toBeLessThan(newest.length / 2);
    expect(cipher.open(whole)).toBe(metrics);
  });
});
