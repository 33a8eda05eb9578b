const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** `1.5 GB`: powers of 1024, at most one place after the point. */
export function bytesInWords(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power] ?? ""}`;
}
