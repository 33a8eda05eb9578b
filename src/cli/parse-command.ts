import { parseArgs } from "node:util";
import type { DoctorOptions } from "./run-doctor.js";
import type { ImportOptions } from "./run-import.js";
import type { RotationCommand } from "./run-rotation.js";

export type Command =
  | { readonly name: "start" | "check"; readonly configFile: string | undefined }
  | { readonly name: "generate-keys" }
  | { readonly name: "rotate-keys"; readonly configFile: string | undefined; readonly options: RotationCommand }
  | { readonly name: "import"; readonly configFile: string | undefined; readonly options: ImportOptions }
  | { readonly name: "doctor"; readonly configFile: string | undefined; readonly options: DoctorOptions }
  | { readonly name: "help" }
  | { readonly name: "unknown"; readonly problem: string };

const commands = {
  start: "start",
  "config check": "check",
  "keys generate": "generate-keys",
  "keys rotate": "rotate-keys",
  import: "import",
  doctor: "doctor",
} as const;

/** Reads the command line; what is not understood starts nothing. */
export function parseCommand(argv: readonly string[]): Command {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: "string" },
        check: { type: "boolean" },
        json: { type: "boolean" },
        rate: { type: "string" },
        wait: { type: "string" },
        gone: { type: "string", multiple: true },
        from: { type: "string" },
        timezone: { type: "string" },
        key: { type: "string" },
        "key-file": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return { name: "unknown", problem: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { name: "help" };
  const words = positionals.join(" ") || "start";
  if (!Object.hasOwn(commands, words)) return { name: "unknown", problem: `There is no command "${words}".` };
  if (values.config === "")
    return { name: "unknown", problem: "--config needs the path of a file: --config config.yaml" };
  const name = commands[words as keyof typeof commands];
  if (name === "generate-keys") return { name };
  if (name === "import") return importCommand(values);
  if (name === "rotate-keys") return rotateCommand(values);
  if (name === "doctor") return { name, configFile: values.config, options: { json: values.json === true } };
  return { name: values.check ? "check" : name, configFile: values.config };
}

const DEFAULT_RATE = "2000";
const DEFAULT_WAIT_SECONDS = "300";
const NUMBER = /^[1-9]\d{0,6}$/;

interface RotationValues {
  readonly config?: string | undefined;
  readonly rate?: string | undefined;
  readonly wait?: string | undefined;
  readonly gone?: readonly string[] | undefined;
}

function rotateCommand({
  config,
  rate = DEFAULT_RATE,
  wait = DEFAULT_WAIT_SECONDS,
  gone = [],
}: RotationValues): Command {
  if (!NUMBER.test(rate)) {
    return {
      name: "unknown",
      problem: "--rate is how many rows a second may be changed, a number above 0: --rate 500",
    };
  }
  if (!NUMBER.test(wait)) {
    return { name: "unknown", problem: "--wait is how many seconds to wait for nodes, a number above 0: --wait 60" };
  }
  const options = { rowsPerSecond: Number(rate), waitSeconds: Number(wait), gone };
  return { name: "rotate-keys", configFile: config, options };
}

interface ImportValues {
  readonly config?: string | undefined;
  readonly from?: string | undefined;
  readonly timezone?: string | undefined;
  readonly key?: string | undefined;
  readonly "key-file"?: string | undefined;
}

function importCommand({ config, from, timezone, key, "key-file": keyFile }: ImportValues): Command {
  if (!from) return { name: "unknown", problem: "import needs the file to read: --from fleet_data.sqlite3" };
  if (!timezone) {
    return { name: "unknown", problem: "import needs the zone of the old server's clock: --timezone Europe/Berlin" };
  }
  return { name: "import", configFile: config, options: { from, zone: timezone, key, keyFile } };
}
