import { LIST_OPTIONS, OPTION_NAMES, type OptionLayer, type OptionName } from "./option-layer.js";

/**
 * Reads the text of a configuration file: one JSON object with the names of `OPTION_NAMES`. `file` is its name for messages.
 * Problems name the key, never its value.
 */
export function configFileLayer(text: string, file: string): { layer: OptionLayer; problems: string[] } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { layer: {}, problems: [`${file}: not valid JSON${position(text, error)}`] };
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return { layer: {}, problems: [`${file}: must be a JSON object, like {"server": "https://...", ...}`] };
  }
  const layer: OptionLayer = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    const option = OPTION_NAMES.find((name) => name === key);
    const values = option === "labels" ? pairsOf(value) : textsOf(value);
    if (option === undefined) {
      problems.push(`${file}: unknown key "${key}"; known are ${OPTION_NAMES.join(", ")}`);
    } else if (values === null || (values.length !== 1 && !LIST_OPTIONS.includes(option))) {
      problems.push(`${file}: "${key}" must be ${expected(option)}`);
    } else if (values.length === 0 || values.includes("")) {
      problems.push(`${file}: "${key}" is empty`);
    } else {
      layer[option] = { values, from: `${file}: "${key}"` };
    }
  }
  return { layer, problems };
}

function expected(option: OptionName): string {
  if (option === "labels") return 'an object of texts, like {"role": "db"}';
  if (LIST_OPTIONS.includes(option)) return "a text or a list of texts";
  if (option === "interval") return "a number of seconds";
  return option === "queue_size" ? "a number of megabytes" : "a text";
}

/** As they are written elsewhere: `role=db`. */
function pairsOf(value: unknown): string[] | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  if (!entries.every(([, one]) => typeof one === "string")) return null;
  return entries.map(([key, one]) => `${key}=${String(one)}`);
}

function textsOf(value: unknown): string[] | null {
  if (typeof value === "string") return [value.trim()];
  if (typeof value === "number") return [String(value)];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) return null;
  return value.map((one) => one.trim());
}

/** Where the JSON breaks. The parser's own message is not used: it quotes the text around the place, which may be a key. */
function position(text: string, error: unknown): string {
  const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return at === undefined ? "" : ` (line ${text.slice(0, Number(at)).split("\n").length})`;
}
