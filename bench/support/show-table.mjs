/**
 * The table as text.
 *
 * @param {readonly import("../bench.mjs").Row[]} rows
 */
export function showTable(rows) {
  const cells = [
    ["what", "measured", "bound", ""],
    ...rows.map(({ what, figure, bound, kept }) => [
      what,
      figure,
      bound,
      kept === null ? "" : kept ? "kept" : "MISSED",
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** @param {number} value */
export function ms(value) {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** @param {number} value */
export function percent(value) {
  return `${(100 * value).toFixed(0)} %`;
}
