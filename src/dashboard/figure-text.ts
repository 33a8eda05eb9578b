/** What stands where there is no figure. */
export const NO_FIGURE = "–";

/** `7.3 %`, `42 %`: one decimal below 10. */
export function percentText(percent: number): string {
  const decimals = percent < 9.95 ? 1 : 0;
  return `${Number(percent.toFixed(decimals))} %`;
}

/** A length of time in its two largest units: `5 d 6 h`, `3 min`, `12 s`. */
export function durationText(seconds: number): string {
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (days > 0) return joined(`${days} d`, hours > 0 && `${hours} h`);
  if (hours > 0) return joined(`${hours} h`, minutes > 0 && `${minutes} min`);
  return minutes > 0 ? `${minutes} min` : `${whole} s`;
}

/** How long ago something was, in one unit: `12 s ago`. What lies ahead, because clocks differ, was just now. */
export function agoText(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 1) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

function joined(first: string, second: string | false): string {
  return second === false ? first : `${first} ${second}`;
}
