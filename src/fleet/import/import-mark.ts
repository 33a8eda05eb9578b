import { createHash } from "node:crypto";
import type { Repository } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import type { Setting } from "../../database/setting.entity.js";
import { readSetting } from "../../database/stored-settings.js";

/** How far the samples of an earlier server's file have been imported, and what came of it so far. */
export interface ImportProgress {
  /** The last row of the file that is done. */
  readonly row: number;
  readonly samples: number;
  /** Rows that were left out, by the reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/**
 * Where an import that was broken off goes on, kept in the database that it goes into. Without it an import would only
 * take longer: nothing is stored twice. Methods throw BackendUnavailableError.
 */
export class ImportMark {
  private readonly name: string;

  /** `source` tells the file, and how it is read, from others. */
  constructor(
    private readonly settings: Repository<Setting>,
    source: readonly unknown[],
  ) {
    this.name = `import:${createHash("sha256").update(JSON.stringify(source)).digest("hex").slice(0, 16)}`;
  }

  async read(): Promise<ImportProgress | undefined> {
    const stored = await readSetting(this.settings, this.name);
    return stored === undefined ? undefined : (JSON.parse(stored) as ImportProgress);
  }

  async write(progress: ImportProgress): Promise<void> {
    await askDatabase(() => this.settings.upsert({ name: this.name, value: JSON.stringify(progress) }, ["name"]));
  }

  async remove(): Promise<void> {
    await askDatabase(() => this.settings.delete({ name: this.name }));
  }
}
