import { Logger } from "@nestjs/common";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { askDatabase } from "../../../src/database/ask-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { Transactions } from "../../../src/database/transactions.js";
import { makeTempFolder } from "../../support/temp-folder.js";

describe("Transactions on SQLite", () => {
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeEach(async () => {
    const path = join(makeTempFolder("transactions"), "fleet.sqlite3");
    dataSource = await openSqliteDatabase(path, [Setting], new DocumentCipher([]), new Logger("Test"));
    transactions = new Transactions(dataSource);
  });

  afterEach(async () => {
    await transactions.onApplicationShutdown();
    await dataSource.destroy();
  });

  const names = async () => (await dataSource.getRepository(Setting).find()).map(({ name }) => name).sort();
  const setting = (name: string) => ({ name, value: "" });

  it("keep nothing of one that fails, and all that others wrote meanwhile", async () => {
    const others: Promise<unknown>[] = [];
    const failing = transactions.run(async (manager) => {
      await manager.insert(Setting, setting("ours"));
      others.push(askDatabase(() => dataSource.getRepository(Setting).insert(setting("theirs"))));
      await manager.insert(Setting, setting("ours too"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await Promise.all(others);
    expect(await names()).toEqual(["theirs"]);
  });

  it("run one after the other, however many are asked for at once", async () => {
    let inside = 0;
    let most = 0;
    const insert = (name: string) =>
      transactions.run(async (manager) => {
        most = Math.max(most, ++inside);
        try {
          await manager.insert(Setting, setting(name));
          await manager.insert(Setting, setting(`${name} too`));
        } finally {
          inside--;
        }
      });
    const outcomes = await Promise.allSettled([insert("a"), insert("a"), insert("b")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(most).toBe(1);
    expect(await names()).toEqual(["a", "a too", "b", "b too"]);
  });

  it("commit for good: another connection sees what they wrote, synced as reports are", async () => {
    await transactions.run((manager) => manager.insert(Setting, setting("kept")));
    expect(await names()).toEqual(["kept"]);
    const [row] = await transactions.run((manager) => manager.query<{ synchronous: number }[]>("PRAGMA synchronous"));
    expect(row?.synchronous).toBe(2);
  });
});
