/**
 * The `d` of an SVG path through the values, from 0 at the bottom to `top`; where there is none the line is broken, and a
 * value alone between gaps is a dot.
 */
export function linePath(
  values: readonly (number | null)[],
  { width, height, top }: { readonly width: number; readonly height: number; readonly top: number },
): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const point = (value: number, index: number) =>
    `${(index * step).toFixed(1)} ${(height - (Math.min(value, top) / top) * height).toFixed(1)}`;
  let path = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const before = values[index - 1] ?? null;
    const after = values[index + 1] ?? null;
    path += `${before === null ? "M" : "L"}${point(value, index)}`;
    if (before === null && after === null) path += "h0.1";
  });
  return path;
}
