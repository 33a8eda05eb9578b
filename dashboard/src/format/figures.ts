const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const counts = new Intl.NumberFormat("en");

/** What stands in place of a figure that there is none of. */
export const NONE = "–";

/** Percent without decimals from 10 up: `4.2%`, `87%`. */
export function percentText(percent: number | null | undefined): string {
  if (percent === null || percent === undefined) return NONE;
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** Bytes in IEC units with three significant digits: `12.4 GiB`. */
export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NONE;
  let value = bytes;
  let unit = 0;
  // What would be rounded up to 1000 takes the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)} ${UNITS[unit] ?? ""}`;
}

export function byteRateText(bytesPerSecond: number | null | undefined): string {
  return bytesPerSecond === null || bytesPerSecond === undefined ? NONE : `${bytesText(bytesPerSecond)}/s`;
}

/** Whole numbers with their thousands apart: `100,000`. */
export function countText(count: number | null | undefined): string {
  return count === null || count === undefined ? NONE : counts.format(count);
}

/** `1 machine`, `2,000 machines`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Three significant digits: `0.42`, `3.14`, `27.5`, `1,240`. */
export function threeDigits(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  const size = Math.abs(value);
  if (size >= 99.95) return counts.format(Math.round(value));
  if (size >= 9.995) return value.toFixed(1);
  return value === 0 ? "0" : value.toFixed(2);
}

/** Something per second, where a small rate is told per minute. */
export function rateText(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined) return NONE;
  return perSecond > 0 && perSecond < 0.1 ? `${threeDigits(perSecond * 60)}/min` : `${threeDigits(perSecond)}/s`;
}

/** A figure without zeros at its end, for round numbers: `5.00` as `5`, `1.50 MiB/s` as `1.5 MiB/s`. */
export function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?!\d)/, "$1").replace(/\.(?!\d)/, "");
}
