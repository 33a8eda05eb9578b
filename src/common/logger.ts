import type { LoggerService } from "@nestjs/common";
import pino from "pino";
import pretty from "pino-pretty";

export interface LoggingOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error";
  readonly format: "pretty" | "json";
  /** Also written to this file, as JSON lines. */
  readonly file?: string | undefined;
}

/**
 * The process's one pino logger. JSON lines on standard output, or coloured text where a person looks on.
 * Writing is synchronous: what was logged before a crash is there after it.
 */
export function createLogger(options: LoggingOptions): pino.Logger {
  const toOutput =
    options.format === "pretty"
      ? pretty({ sync: true, translateTime: "SYS:HH:MM:ss.l", ignore: "pid,hostname,context", messageFormat: prefixed })
      : pino.destination({ dest: 1, sync: true });
  const level = options.level;
  const streams: pino.StreamEntry[] = [{ level, stream: toOutput }];
  if (options.file !== undefined) {
    streams.push({ level, stream: pino.destination({ dest: options.file, mkdir: true, sync: true }) });
  }
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    pino.multistream(streams),
  );
}

/** Not every member of an error is fit for a log: a failed statement carries the values that it was given. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = "code" in error ? error.code : undefined;
  return { type: name, message, code, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

function prefixed(log: Record<string, unknown>, messageKey: string): string {
  const context = typeof log["context"] === "string" ? `[${log["context"]}] ` : "";
  const message = log[messageKey];
  return context + (typeof message === "string" ? message : "");
}

/**
 * What Nest tells of itself at start; it interests whoever looks for a fault in the wiring. Failures to start reach
 * `main`, which says them once and in plain words.
 */
const frameworkContexts = new Set<unknown>([
  "NestFactory",
  "InstanceLoader",
  "RoutesResolver",
  "RouterExplorer",
  "NestApplication",
  "TypeOrmModule",
  "ExceptionHandler",
]);

/** Lets Nest and every `new Logger(Context)` write through pino; an object argument becomes the line's fields. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: pino.Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(rest.at(-1)) ? "debug" : "info", message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(rest.at(-1)) ? "debug" : "error", message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write("warn", message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write("debug", message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write("trace", message, rest);
  }

  /** Nest passes the context as the last argument, and to `error` a stack before it. */
  private write(level: pino.Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    const fields = { context, ...(stack === undefined ? {} : { stack }) };
    if (message instanceof Error) this.pino[level]({ ...fields, err: message });
    else if (typeof message === "object") this.pino[level]({ ...fields, ...message });
    else this.pino[level](fields, "%s", message);
  }
}
