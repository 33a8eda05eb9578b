import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { askDatabase } from "../../database/ask-database.js";
import { ApiKey } from "./api-key.entity.js";

/** The API keys there are. Every method throws BackendUnavailableError when the database cannot be used. */
@Injectable()
export class ApiKeyTable {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /** In the order of their names. */
  list(): Promise<ApiKey[]> {
    return askDatabase(() => this.keys.find({ order: { name: "ASC" } }));
  }

  find(id: string): Promise<ApiKey | null> {
    return askDatabase(() => this.keys.findOneBy({ id }));
  }

  findByHash(keyHash: string): Promise<ApiKey | null> {
    return askDatabase(() => this.keys.findOneBy({ keyHash }));
  }

  /** Whether it was added; false where there is one of this name. */
  async add(key: ApiKey): Promise<boolean> {
    await askDatabase(() => this.keys.createQueryBuilder().insert().values(key).orIgnore().execute());
    return (await this.find(key.id)) !== null;
  }

  /** Whether there was one. */
  async remove(id: string): Promise<boolean> {
    const { affected } = await askDatabase(() => this.keys.delete({ id }));
    return affected === 1;
  }

  async noteUse(id: string, lastUsedAt: number): Promise<void> {
    await askDatabase(() => this.keys.update({ id }, { lastUsedAt }));
  }
}
