import type { ConfigProblem } from "./config-error.js";
import type { Setting } from "./known-settings.js";

/** Where a value was written, so that a mistake in it can be shown there. */
export interface Origin {
  readonly file: string;
  readonly line?: number;
  readonly key: string;
  /** The lines of a list's items. */
  readonly itemLines?: readonly number[];
}

/** One setting as one source gives it. */
export interface SourceEntry {
  readonly setting: Setting;
  /** True when the value is the path of a file that holds the secret. */
  readonly namesFile: boolean;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What a source (the file or the environment) holds. */
export interface ConfigSource {
  readonly entries: readonly SourceEntry[];
  readonly problems: readonly ConfigProblem[];
  /** Settings and sections that unknown keys probably meant: to call these missing as well would be noise. */
  readonly meant: ReadonlySet<string>;
  /** False when a part could not be read, so that nothing can be said about what is missing. */
  readonly complete: boolean;
}

export function problemAt(origin: Origin, message: string): ConfigProblem {
  const { file, line, key } = origin;
  return line === undefined ? { file, key, message } : { file, line, key, message };
}

/** A source may give a setting once: not as `x` and `x_file`, nor at the top level and in its section. */
export function findConflicts(entries: readonly SourceEntry[]): ConfigProblem[] {
  const first = new Map<Setting, SourceEntry>();
  return entries.flatMap((entry) => {
    const earlier = first.get(entry.setting);
    if (!earlier) {
      first.set(entry.setting, entry);
      return [];
    }
    const place = earlier.origin.line === undefined ? "" : ` in line ${earlier.origin.line}`;
    return [problemAt(entry.origin, `${earlier.origin.key}${place} sets the same: keep one of the two`)];
  });
}
