/** Every setting, by its name in the configuration file. `--api-key` and `FLEET_AGENT_API_KEY` set `api_key`. */
export const OPTION_NAMES = [
  "server",
  "api_key",
  "api_key_file",
  "encryption_key",
  "encryption_key_file",
  "interval",
  "machine_id",
  "ca_file",
  "tags",
  "labels",
  "state_dir",
  "queue_size",
  "serial_file",
] as const;

export type OptionName = (typeof OPTION_NAMES)[number];

/** These hold any number of texts; between tags or labels on the command line and in the environment stand commas. */
export const LIST_OPTIONS: readonly OptionName[] = ["server", "tags", "labels"];

/** What one source says: the texts (only lists have several) and where they stand, for messages. */
export interface Given {
  values: string[];
  from: string;
}

/** The settings of one source: command line, environment or file. */
export type OptionLayer = Partial<Record<OptionName, Given>>;

// A secret and the file that holds it are one setting: the higher source decides, whichever of the two it uses.
const TOGETHER: OptionName[][] = [
  ["api_key", "api_key_file"],
  ["encryption_key", "encryption_key_file"],
];
const ALONE = OPTION_NAMES.filter((name) => !TOGETHER.flat().includes(name)).map((name) => [name]);

/** "a, b," -> "a" and "b". */
export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Lays sources over each other, the strongest first. */
export function mergeLayers(layers: OptionLayer[]): OptionLayer {
  const merged: OptionLayer = {};
  for (const names of [...TOGETHER, ...ALONE]) {
    const strongest = layers.find((layer) => names.some((name) => layer[name] !== undefined));
    for (const name of names) {
      const given = strongest?.[name];
      if (given !== undefined) merged[name] = given;
    }
  }
  return merged;
}
