import type { SettingPath } from "./cross-field-rules.js";

/** For each setting the backends that this version can use; the schema already knows the others. */
const available: readonly { key: SettingPath; backends: readonly string[] }[] = [
  { key: "server.db_backend", backends: ["sqlite"] },
];

/** The chosen backends that this version does not have yet, by their setting, each with what to use instead. */
export function unavailableBackends(valid: ReadonlyMap<string, unknown>): { key: SettingPath; message: string }[] {
  return available
    .filter(({ key, backends }) => {
      const chosen = valid.get(key);
      return typeof chosen === "string" && !backends.includes(chosen);
    })
    .map(({ key, backends }) => ({
      key,
      message: `this backend is not available in this version yet: use ${backends.join(" or ")}`,
    }));
}
