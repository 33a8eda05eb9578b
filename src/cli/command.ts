import type { ApiKeysCommand } from "./run-api-keys.js";
import type { BackupOptions } from "./run-backup.js";
import type { DoctorOptions } from "./run-doctor.js";
import type { ImportOptions } from "./run-import.js";
import type { RestoreOptions } from "./run-restore.js";
import type { RotationCommand } from "./run-rotation.js";
import type { UsersCommand } from "./run-users.js";

interface Configured<Name extends string, Options> {
  readonly name: Name;
  /** Undefined where the environment or the usual place names it. */
  readonly configFile: string | undefined;
  readonly options: Options;
}

/** What is to be run. */
export type Command =
  | { readonly name: "start" | "check"; readonly configFile: string | undefined }
  | { readonly name: "generate-keys" }
  | Configured<"rotate-keys", RotationCommand>
  | Configured<"import", ImportOptions>
  | Configured<"doctor", DoctorOptions>
  | Configured<"backup", BackupOptions>
  | Configured<"restore", RestoreOptions>
  | Configured<"users", UsersCommand>
  | Configured<"api-keys", ApiKeysCommand>
  | { readonly name: "help" }
  | { readonly name: "unknown"; readonly problem: string };
