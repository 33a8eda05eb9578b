import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import type { ConfigProblem } from "./config-error.js";
import { type ConfigSource, findConflicts, type Origin, problemAt, type SourceEntry } from "./config-source.js";
import { knownSections, writableKeys } from "./known-settings.js";
import { nearestName, nearlyEqualName, sameWords } from "./nearest-name.js";
import { readTextFile } from "./read-text-file.js";
import { findYamlMistakes } from "./yaml-mistakes.js";

const keyPaths = [...writableKeys.keys()];
const sectionPaths = new Set(knownSections.map(({ path }) => path).filter((path) => path !== ""));

/** Reads the settings of a YAML file. What stands below a syntax mistake is not judged: it may have been misread. */
export function readYamlSource(file: string): ConfigSource {
  const content = readTextFile(file);
  if ("reason" in content) {
    const message = `cannot be read: ${content.reason}; name an existing file with --config or FLEET_CONFIG`;
    return { entries: [], problems: [{ file, key: "", message }], meant: new Set(), complete: false };
  }
  return new YamlReading(file, content.text).source();
}

class YamlReading {
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;
  private readonly firstMistake: number;
  private readonly entries: SourceEntry[] = [];
  private readonly problems: ConfigProblem[] = [];
  private readonly meant = new Set<string>();

  constructor(
    private readonly file: string,
    text: string,
  ) {
    // Double keys are reported by this class, which knows their paths.
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: false });
    const mistakes = findYamlMistakes(this.document, this.lines);
    this.firstMistake = Math.min(Infinity, ...mistakes.map(({ line }) => line));
    for (const { line, message } of mistakes) this.problems.push({ file, line, key: "", message });
  }

  source(): ConfigSource {
    this.readSection(this.document.contents, "", { file: this.file, line: 1, key: "" });
    const { entries, problems, meant } = this;
    return {
      entries,
      problems: [...problems, ...findConflicts(entries)],
      meant,
      complete: this.firstMistake === Infinity,
    };
  }

  /** An empty section is one whose keys are all commented out. */
  private readSection(content: unknown, path: string, origin: Origin): void {
    const node = this.resolve(content);
    if (isMap(node)) this.readPairs(node, path);
    else if (node !== undefined && !(isScalar(node) && node.value === null)) {
      this.problems.push(problemAt(origin, "must hold keys with values, indented, each as `key: value`"));
    }
  }

  private readPairs(map: YAMLMap, sectionPath: string): void {
    const seen = new Map<string, number>();
    const names = new Set(map.items.map(({ key }) => String(key)));
    for (const pair of map.items) {
      const line = this.lineOf(pair.key);
      if (line >= this.firstMistake) continue;
      const name = String(pair.key);
      const path = sectionPath === "" ? name : `${sectionPath}.${name}`;
      const origin = { file: this.file, line, key: path };
      const earlier = seen.get(name);
      if (earlier !== undefined) {
        this.problems.push(problemAt(origin, `is written twice, first in line ${earlier}: keep one of the two`));
        continue;
      }
      seen.set(name, line);
      this.readPair(pair, origin, names);
    }
  }

  private readPair(pair: Pair, origin: Origin, siblings: ReadonlySet<string>): void {
    const path = origin.key;
    const key = writableKeys.get(path);
    if (sectionPaths.has(path)) this.readSection(pair.value, path, origin);
    else if (key) {
      const node = this.resolve(pair.value);
      const value: unknown = node?.toJS(this.document) ?? null;
      if (value === null) return;
      const itemLines = isSeq(node) ? node.items.map((item) => this.lineOf(item)) : [];
      this.entries.push({ ...key, value, origin: { ...origin, itemLines } });
    } else this.readUnknown(pair, origin, siblings);
  }

  private readUnknown(pair: Pair, origin: Origin, siblings: ReadonlySet<string>): void {
    const path = origin.key;
    const name = String(pair.key);
    // What does not look like a key is not shown: `api_key:secret` without the space is read as one.
    if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) {
      const message = "holds something that is no key: write `key: value`, with a space after the colon";
      this.problems.push(problemAt({ ...origin, key: path.slice(0, -name.length - 1) }, message));
      return;
    }
    const value = this.resolve(pair.value);
    if (!isMap(value)) {
      const guess = nearestName(path, keyPaths);
      this.reportUnknown(origin, guess, guess && writableKeys.get(guess)?.setting.path);
      return;
    }
    // `cluster.redis.host` for `cluster.redis_host`: each key is told its right name.
    const childPaths = value.items.map((child) => `${path}.${String(child.key)}`);
    if (childPaths.some((child) => keyPaths.some((known) => sameWords(child, known)))) {
      this.readPairs(value, path);
      return;
    }
    const section = nearlyEqualName(path, sectionPaths);
    this.reportUnknown(origin, section ?? nearestName(path, [...sectionPaths, ...keyPaths]), section);
    // The keys of a misspelt section are judged as if it were spelt right.
    if (section && !siblings.has(section.slice(section.lastIndexOf(".") + 1))) this.readPairs(value, section);
  }

  private reportUnknown(origin: Origin, guess: string | undefined, meant: string | undefined): void {
    if (meant) this.meant.add(meant);
    const hint = guess ? `did you mean "${guess}"?` : "remove it";
    this.problems.push(problemAt(origin, `unknown key, ${hint}`));
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }

  private lineOf(node: unknown): number {
    const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
    return range ? this.lines.linePos(range[0]).line : 1;
  }
}
