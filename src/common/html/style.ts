/** The one style sheet of all pages. A TypeScript module, so that what is built needs no files beside it. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --raised: #fff; --line: #dde1e7; --text: #1d2430; --muted: #5c6675; --accent: #2458b8;
  --online: #17784e; --warning: #8f5a00; --offline: #b3261e; --track: #e4e8ee; --fill: #5b7fb9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1c2027; --line: #2e343e; --text: #e4e8ee; --muted: #9aa5b5; --accent: #8ab4ff;
    --online: #5cc596; --warning: #e0ab4f; --offline: #f28b82; --track: #2e343e; --fill: #7797cc;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
a { color: var(--accent); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 13px; }
pre { padding: 8px 10px; border: 1px solid var(--line); border-radius: 4px; background: var(--ground); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
h1 { margin: 0 0 12px; font-size: 18px; }
h2 { margin: 28px 0 4px; font-size: 16px; }
.operation { margin: 12px 0; padding: 12px 16px; border: 1px solid var(--line); border-radius: 6px; }
.operation { background: var(--raised); }
.operation h3 { margin: 0; overflow-wrap: anywhere; }
.operation p { margin: 4px 0; }
.operation table { margin-top: 8px; }
summary { padding: 4px 0; cursor: pointer; }
.muted { color: var(--muted); }
.small { display: block; color: var(--muted); font-size: 12px; }

button, input { font: inherit; color: inherit; }
button {
  padding: 4px 12px; border: 1px solid var(--line); border-radius: 4px; background: var(--raised); cursor: pointer;
}
button:hover { border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }

.bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 8px 16px;
  border-bottom: 1px solid var(--line); background: var(--raised);
}
.bar strong { overflow-wrap: anywhere; }
.bar nav { display: flex; gap: 4px 16px; }
.bar nav a { padding: 4px 0; text-decoration: none; }
.bar nav a[aria-current] { color: inherit; font-weight: 600; }
.bar form { display: flex; align-items: center; gap: 12px; margin-left: auto; }
main { max-width: 1280px; margin: 0 auto; padding: 16px; }

.counts { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 0 0 12px; padding: 0; list-style: none; }
.counts b { font-size: 20px; }
.status { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.status svg { width: 11px; height: 11px; fill: currentColor; }
.online { color: var(--online); }
.warning { color: var(--warning); }
.offline { color: var(--offline); }

table { width: 100%; border-collapse: collapse; border: 1px solid var(--line); background: var(--raised); }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-size: 12px; font-weight: 600; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
td.name { min-width: 180px; overflow-wrap: anywhere; }
td.figure { min-width: 110px; white-space: nowrap; }
td.time { white-space: nowrap; }
td.wide { overflow-wrap: anywhere; }
td.address { white-space: nowrap; }
td.action { padding-top: 3px; padding-bottom: 3px; text-align: right; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.gauge { display: block; width: 100%; max-width: 120px; height: 5px; margin: 3px 0; fill: var(--track); }
.gauge .fill { fill: var(--fill); }
.gauge .high { fill: var(--warning); }
.gauge .critical { fill: var(--offline); }

.card {
  max-width: 640px; padding: 16px 20px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--raised);
}
.login { max-width: 340px; margin: 12vh auto 0; }
.card p:first-child { margin-top: 0; }
.card p:last-child { margin-bottom: 0; }
.login label { display: block; }
.login input {
  display: block; width: 100%; margin: 2px 0 12px; padding: 7px 8px; border: 1px solid var(--muted); border-radius: 4px;
  background: var(--ground);
}
.login button { width: 100%; padding: 7px; border-color: transparent; background: var(--accent); color: var(--raised); }
.problem { margin: 0 0 12px; padding: 8px 10px; border-left: 3px solid var(--offline); background: var(--ground); }

@media (max-width: 700px) {
  main { padding: 12px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tbody tr {
    display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); padding: 6px 0; border-bottom: 1px solid var(--line);
  }
  tbody tr:last-child { border-bottom: 0; }
  td, tbody tr:last-child td { display: block; padding: 4px 10px; border: 0; }
  td.name { grid-column: span 2; min-width: 0; }
  td.figure { min-width: 0; white-space: normal; }
  td.time { white-space: normal; }
  td.wide { grid-column: span 3; }
  td.address { white-space: normal; }
  td.action, tbody tr:last-child td.action { padding-top: 0; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--muted); font-size: 12px; }
}
`;
