/** The look of the report: light, dark where the reader prefers it, and always light on paper. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #5b6470; --line: #d9dee4; --needed: #c9d1da;
  --tidecast: #0b62c4; --hpa: #b45309; --other: #6b4fa0; --short: #dc2626; --short-alpha: 0.22; --good: #15803d; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e7eaee; --soft: #a2abb6; --line: #333a43;
  --needed: #3d4651; --tidecast: #6cb0ff; --hpa: #f0a35a; --other: #b79cf0; --short: #f87171; --short-alpha: 0.3; --good: #4ade80; } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #cccccc; --needed: #d4d9df;
  --tidecast: #0b62c4; --hpa: #b45309; --other: #6b4fa0; --short: #dc2626; --short-alpha: 0.25; --good: #15803d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 0.25rem; } h2 { font-size: 1.15rem; margin: 2.25rem 0 0.5rem; }
p { margin: 0.4rem 0; } .soft { color: var(--soft); } .lead { font-size: 1.1rem; }
.met { color: var(--good); font-weight: 600; } .violated { color: var(--short); font-weight: 600; }
figure { margin: 0.75rem 0; } figcaption { color: var(--soft); font-size: 0.875rem; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
.grid { stroke: var(--line); stroke-width: 1; } .tick { fill: var(--soft); } .name { fill: var(--ink); }
.needed { fill: var(--needed); } .short { fill: var(--short); fill-opacity: var(--short-alpha); } .short-mark { fill: var(--short); }
.line { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke: var(--other); }
.line.tidecast { stroke: var(--tidecast); } .line.hpa { stroke: var(--hpa); stroke-dasharray: 5 3; }
.line.asked { stroke: var(--ink); stroke-dasharray: 3 3; } .line.by-quantile { stroke-dasharray: 2 3; }
.dot { fill: var(--other); } .dot.tidecast { fill: var(--tidecast); } .dot.hpa { fill: var(--hpa); }
.policy { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.875rem; margin: 0.25rem 0; padding: 0; list-style: none; }
.legend svg { display: inline-block; width: 28px; height: 12px; vertical-align: middle; margin-right: 0.35rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.875rem; width: 100%; }
th, td { padding: 0.25rem 0.5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: bottom; white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; } tr.own th, tr.own td { font-weight: 700; }
.number { text-align: right; font-variant-numeric: tabular-nums; } .late { color: var(--short); font-weight: 700; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 0.5rem 1.25rem; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid var(--line); border-radius: 4px; font-size: 0.8125rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; font-size: 0.875rem; } dt { color: var(--soft); } dd { margin: 0; }
ol { padding-left: 2rem; font-size: 0.875rem; }
@media screen and (max-width: 40rem) { figure { overflow-x: auto; } figure > svg { min-width: 40rem; } .small figure > svg { min-width: 0; } }
@media screen and (max-width: 40rem) { th[scope=row], thead th:first-child { position: sticky; left: 0; background: var(--paper); } }
@page { margin: 14mm; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2 { margin-top: 1.25rem; } h1, h2, h3 { break-after: avoid; }
  figure, tr, li, pre, dl { break-inside: avoid; } .legend { break-after: avoid; } .scroll { overflow: visible; }
  table { font-size: 8pt; } th, td { padding: 0.15rem 0.4rem; } pre { white-space: pre-wrap; } .small { gap: 0.25rem 1rem; } }
`;
