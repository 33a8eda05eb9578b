import { endpointOf } from "../delivery/report-endpoint.js";
import { errorCode } from "../error-code.js";
import { mergeLayers, type Given, type OptionLayer, type OptionName } from "./option-layer.js";
import { type Checked, readLabels, readTags } from "./tags-and-labels.js";

const DEFAULT_INTERVAL_SECONDS = 10;
const LONGEST_INTERVAL_SECONDS = 3600;
const DEFAULT_QUEUE_MB = 100;
const SMALLEST_QUEUE_MB = 1;
const LARGEST_QUEUE_MB = 10_000;

/** What the agent runs with: checked, complete, and with every file read. */
export interface AgentOptions {
  /** Where reports are posted, in order of preference. */
  endpoints: URL[];
  apiKey: string;
  /** 32 bytes; without it reports are sent as plain JSON. */
  encryptionKey: Buffer | undefined;
  intervalMs: number;
  /** `undefined`: derived from the operating system. */
  machineId: string | undefined;
  /** PEM of the authorities to believe in place of the usual ones. */
  ca: string | undefined;
  tags: string[];
  labels: Record<string, string>;
  /** Where undelivered reports are kept; `undefined`: the system's usual place. */
  stateDir: string | undefined;
  queueBytes: number;
  /** A file that holds the serial number, or none; it need not be there. */
  serialFile: string | undefined;
}

/** Returns a file's text or throws. */
export type ReadText = (file: string) => string;

/** Lays the sources over each other (strongest first) and checks the whole; finds every problem, not only the first. */
export function resolveOptions(
  layers: OptionLayer[],
  readText: ReadText,
): { options: AgentOptions } | { problems: string[] } {
  const layer = mergeLayers(layers);
  const reader = new OptionReader(layer, readText);
  const options = {
    endpoints: reader.endpoints(),
    apiKey: reader.apiKey(),
    encryptionKey: reader.encryptionKey(),
    intervalMs: reader.intervalMs(),
    machineId: reader.machineId(),
    ca: reader.ca(),
    tags: reader.checked("tags", readTags, []),
    labels: reader.checked("labels", readLabels, {}),
    stateDir: layer.state_dir?.values[0],
    queueBytes: reader.queueBytes(),
    serialFile: layer.serial_file?.values[0],
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { options };
}

class OptionReader {
  readonly problems: string[] = [];

  constructor(
    private readonly layer: OptionLayer,
    private readonly readText: ReadText,
  ) {}

  endpoints(): URL[] {
    const given = this.layer.server;
    if (given === undefined) {
      this.problems.push('no server: give --server URL, FLEET_AGENT_SERVER or "server" in the configuration file');
      return [];
    }
    return [...new Set(given.values)].flatMap((text) => {
      const found = endpointOf(text);
      if (found instanceof URL) return [found];
      this.problems.push(`${given.from}: ${found.problem}`);
      return [];
    });
  }

  apiKey(): string {
    const key = this.secret("api_key", "api_key_file");
    if (key === undefined) return "";
    if (key.text === "") {
      this.problems.push(
        'no API key: give --api-key-file FILE, FLEET_AGENT_API_KEY or "api_key" in the configuration file',
      );
    } else if (!/^[\x21-\x7e]+$/.test(key.text)) {
      this.problems.push(`${key.from}: an API key has no blanks, line breaks or letters outside ASCII`);
    }
    return key.text;
  }

  encryptionKey(): Buffer | undefined {
    const key = this.secret("encryption_key", "encryption_key_file");
    if (key === undefined || key.text === "") return undefined;
    if (/^[A-Za-z0-9+/]{43}=$/.test(key.text)) return Buffer.from(key.text, "base64");
    this.problems.push(`${key.from}: must be 32 bytes in base64, as \`openssl rand -base64 32\` makes them`);
    return undefined;
  }

  intervalMs(): number {
    return this.number("interval", DEFAULT_INTERVAL_SECONDS, 1, LONGEST_INTERVAL_SECONDS, "seconds") * 1000;
  }

  queueBytes(): number {
    return this.number("queue_size", DEFAULT_QUEUE_MB, SMALLEST_QUEUE_MB, LARGEST_QUEUE_MB, "megabytes") * 1e6;
  }

  /** Reads a list. */
  checked<T>(option: OptionName, read: (texts: string[]) => Checked<T>, fallback: T): T {
    const given = this.layer[option];
    if (given === undefined) return fallback;
    const found = read(given.values);
    if ("value" in found) return found.value;
    this.problems.push(`${given.from}: ${found.problem}`);
    return fallback;
  }

  machineId(): string | undefined {
    const given = this.layer.machine_id;
    const id = given?.values[0];
    if (given !== undefined && id !== undefined && (id.length > 255 || /\p{Cc}/u.test(id))) {
      this.problems.push(`${given.from}: must be 1 to 255 characters without control characters`);
    }
    return id;
  }

  ca(): string | undefined {
    const given = this.layer.ca_file;
    const text = given === undefined ? undefined : this.fileText(given);
    if (given !== undefined && text !== undefined && !text.includes("-----BEGIN CERTIFICATE-----")) {
      this.problems.push(`${given.from}: the file holds no PEM certificate`);
    }
    return text;
  }

  private number(option: OptionName, fallback: number, least: number, most: number, unit: string): number {
    const given = this.layer[option];
    const value = Number(given?.values[0] ?? fallback);
    if (!(value >= least && value <= most)) {
      this.problems.push(`${given?.from ?? option}: must be ${least} to ${most} ${unit}`);
    }
    return value;
  }

  /** `undefined` when a problem with it is already told; an empty text when it is not given at all. */
  private secret(direct: OptionName, inFile: OptionName): { text: string; from: string } | undefined {
    const [here, there] = [this.layer[direct], this.layer[inFile]];
    if (here !== undefined && there !== undefined) {
      this.problems.push(`${here.from} and ${there.from}: give only one of the two`);
      return undefined;
    }
    if (there === undefined) return { text: here?.values[0] ?? "", from: here?.from ?? "" };
    const text = this.fileText(there)?.trim();
    if (text === "") this.problems.push(`${there.from}: the file is empty`);
    return text === undefined || text === "" ? undefined : { text, from: there.from };
  }

  private fileText(given: Given): string | undefined {
    const file = given.values[0] ?? "";
    try {
      return this.readText(file);
    } catch (error) {
      this.problems.push(`${given.from}: cannot read ${file} (${errorCode(error, "not readable")})`);
      return undefined;
    }
  }
}
