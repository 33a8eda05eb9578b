type LogLevel = "INFO" | "WARN" | "ERROR";

/** Where the agent's few lines go; tests collect them, the program prints them. */
export type WriteLog = (level: LogLevel, text: string) => void;

/** Prints one line with its time in UTC to stdout, where systemd and containers expect it. */
export const printLog: WriteLog = (level, text) => {
  console.log(`${new Date().toISOString()} ${level} ${text}`);
};
