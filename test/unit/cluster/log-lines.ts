import { Logger, type LoggerService } from "@nestjs/common";

/** Catches what is logged through Nest's Logger in this test file, as `INFO [Cluster] text`. */
export class LogLines implements LoggerService {
  readonly lines: string[] = [];

  constructor() {
    Logger.overrideLogger(this);
  }

  log(message: string, context: string): void {
    this.lines.push(`INFO [${context}] ${message}`);
  }

  warn(message: string, context: string): void {
    this.lines.push(`WARN [${context}] ${message}`);
  }

  error(message: string, context: string): void {
    this.lines.push(`ERROR [${context}] ${message}`);
  }

  starting(level: "INFO" | "WARN" | "ERROR"): string[] {
    return this.lines.filter((line) => line.startsWith(level));
  }
}
