/** What no log may hold: secrets of this test file by what they are, and what looks like one. */
interface Secret {
  readonly what: string;
  readonly found: (line: string) => boolean;
}

const MIN_LENGTH = 8;

/** Nobody has to tell these: by their form they are secrets, whoever made them. */
const forms: readonly Secret[] = [
  { what: "an API key", found: (line) => /fleet_[\w-]{43}/.test(line) },
  { what: "a session cookie", found: (line) => /\bs(?::|%3A)[\w-]{16,}\.[\w%+/-]{20,}/.test(line) },
  { what: "a password in an address", found: (line) => /\b[a-z]+:\/\/[^\s:@/"]*:(?!\*+@)[^\s@/"]+@/.test(line) },
  { what: "a hash of a password", found: (line) => line.includes("$argon2") },
];

const kept = new Map<string, string>();

/** From now on this text is a secret, in all the ways in which it may be written. */
export function keepSecret(what: string, value: string): void {
  if (value.length < MIN_LENGTH) return;
  for (const text of [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]) kept.set(text, what);
}

/** The same of every member, at any depth, whose name says that it is one; of addresses the password. */
export function keepSecretsOf(settings: object): void {
  for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
    for (const text of [value].flat<unknown[]>()) {
      if (typeof text === "object" && text !== null) keepSecretsOf(text);
      if (typeof text !== "string") continue;
      if (/(?:key|password|secret)$/i.test(name)) keepSecret(name, text);
      else if (/url$/i.test(name) && URL.canParse(text)) keepSecret(name, decodeURIComponent(new URL(text).password));
    }
  }
}

/** Where a log tells a secret: which line, and what it tells; not the secret, since this is printed. */
export function toldSecrets(log: string): string[] {
  const own = [...kept].map(([text, what]): Secret => ({ what, found: (line) => line.includes(text) }));
  return log.split("\n").flatMap((line, index) => {
    const told = [...forms, ...own].filter(({ found }) => found(line)).map(({ what }) => what);
    return told.length === 0 ? [] : [`line ${index + 1}: ${[...new Set(told)].join(", ")}`];
  });
}

/** Throws where what a program has logged tells a secret. */
export function assertTellsNoSecret(name: string, log: string): void {
  const told = toldSecrets(log);
  if (told.length > 0) throw new Error(`${name} told secrets in its log: ${told.slice(0, 5).join("; ")}`);
}
