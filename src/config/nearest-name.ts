import { distance } from "fastest-levenshtein";

/**
 * The name that was probably meant, or undefined. Case, `camelCase` and which of `.`, `_` and `-` separates the words
 * do not count; names with the same last word in another section come after names that are nearly equal as a whole.
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  return cheapest(names, (name) => Math.min(wholeCost(written, name), lastWordCost(written, name)));
}

/** Like `nearestName`, but the names must be nearly equal as a whole. */
export function nearlyEqualName(written: string, names: Iterable<string>): string | undefined {
  return cheapest(names, (name) => wholeCost(written, name));
}

/** Of names that cost the same the first one. */
function cheapest(names: Iterable<string>, costOf: (name: string) => number): string | undefined {
  let best: string | undefined;
  let bestCost = Infinity;
  for (const name of names) {
    const cost = costOf(name);
    if (cost < bestCost) [best, bestCost] = [name, cost];
  }
  return best;
}

export function sameWords(a: string, b: string): boolean {
  return inWords(a) === inWords(b);
}

function inWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1.$2")
    .toLowerCase()
    .replace(/[._-]+/g, ".");
}

/** Number of letters to change, or Infinity where so many differ that another name was meant. */
function wholeCost(written: string, name: string): number {
  const changes = distance(inWords(written), inWords(name));
  return changes <= tolerance(lastPart(name)) ? changes : Infinity;
}

/** The same key in another section costs more than a slip of the finger, and less in the same top-level section. */
function lastWordCost(written: string, name: string): number {
  const key = inWords(lastPart(written));
  const changes = distance(key, inWords(lastPart(name)));
  // Short words resemble each other by chance.
  if (changes > (key.length < 4 ? 0 : tolerance(key) - 1)) return Infinity;
  return changes + (firstPart(written) === firstPart(name) ? 1.1 : 1.5);
}

function tolerance(word: string): number {
  return Math.min(4, Math.max(2, Math.floor(word.length / 3)));
}

function firstPart(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf(".")));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
