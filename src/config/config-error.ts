/** One mistake in the configuration. The message says how to mend it and never quotes a value. */
export interface ConfigProblem {
  /** The file as it was named by the operator, or `environment`. */
  readonly file: string;
  readonly line?: number;
  /** The key as the operator wrote it, the name of the environment variable, or empty for the file as a whole. */
  readonly key: string;
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once. `main` prints it and exits with code 78. */
export class ConfigError extends Error {
  readonly code = "CONFIG_INVALID";
  /** By line; what has no line comes last. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const sorted = problems.toSorted((a, b) => lineOf(a) - lineOf(b));
    super(sorted.map(formatProblem).join("\n"));
    this.name = new.target.name;
    this.problems = sorted;
  }

  /** One line for each problem: `config.yaml:12: server.prot: unknown key, did you mean "server.port"?` */
  override toString(): string {
    return this.message;
  }
}

function lineOf(problem: ConfigProblem): number {
  return problem.line ?? Number.MAX_SAFE_INTEGER;
}

/** In one line. */
export function formatProblem({ file, line, key, message }: ConfigProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return key === "" ? `${place}: ${message}` : `${place}: ${key}: ${message}`;
}
