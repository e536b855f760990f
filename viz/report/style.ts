/** The look of the report. Colours are variables, so that dark mode and print change them in one place. */

const LIGHT = `
  --page: #ffffff; --ink: #1b1f24; --quiet: #59636e; --line: #d9dee3; --panel: #f5f7f9; --empty: #e7ebef;
  --good: #11734b; --bad: #b3261e; --accent: #0b5cad; --dead: #d1242f;
  --g0: #d1560b; --g1: #0b6bb5; --g2: #0d8a66; --g3: #a8478a; --g4: #9a6b00; --g5: #5b53c4; --g6: #59636e; --g7: #7a4a2b;
  --s-downloading: #0b6bb5; --s-complete: #0d8a66; --s-misbehaving: #a8478a; --s-capped: #b57a00; --s-away: #aab3bc; --s-crashed: #d1242f;`;
const DARK = `
  --page: #14171b; --ink: #e8ebee; --quiet: #9aa5b1; --line: #333a42; --panel: #1c2127; --empty: #272d34;
  --good: #4cc38a; --bad: #ff7b72; --accent: #6cb2ff; --dead: #ff5c5c;
  --g0: #f28b45; --g1: #55a9ec; --g2: #3fc79a; --g3: #dd86bf; --g4: #d9aa3a; --g5: #a29bff; --g6: #9aa5b1; --g7: #c79a7a;
  --s-downloading: #55a9ec; --s-complete: #3fc79a; --s-misbehaving: #dd86bf; --s-capped: #e0b03c; --s-away: #5c6772; --s-crashed: #ff5c5c;`;

export const REPORT_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root:not([data-print]) { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
main, noscript { display: block; max-width: 1008px; margin: 0 auto; padding: 56px 24px 72px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h1, h2, h3, p { margin: 0; text-wrap: pretty; }
h1 { font-size: 40px; line-height: 1.1; letter-spacing: -0.02em; font-weight: 680; overflow-wrap: anywhere; }
h2 { font-size: 21px; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; }
h3 { font-size: 20px; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; }
.part { margin-top: 92px; } .part > h2 { font-size: 30px; letter-spacing: -0.02em; padding-bottom: 10px; border-bottom: 2px solid var(--ink); }
.part > figure:first-of-type { margin-top: 40px; }
figure, [id^=part-], .happened, #title-happened { scroll-margin-top: 16px; }
.eyebrow { color: var(--quiet); font-size: 14px; margin-bottom: 10px; }
.lead { color: var(--quiet); font-size: 18px; max-width: 42em; margin-top: 12px; }
.verdict { margin-top: 28px; font-size: 24px; line-height: 1.3; font-weight: 650; display: flex; gap: 12px; align-items: baseline; }
.verdict.held { color: var(--good); } .verdict.failed { color: var(--bad); }
.verdict .mark { font-size: 26px; }
.scroll { overflow-x: auto; margin-top: 14px; }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; }
th { text-align: left; font-weight: 500; color: var(--quiet); padding: 6px 20px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { text-align: left; padding: 9px 20px 9px 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.outcome { font-weight: 650; white-space: nowrap; }
td.outcome.held { color: var(--good); } td.outcome.failed { color: var(--bad); }
code, pre { font: 13.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
table.verdicts td:nth-child(3) { min-width: 190px; }
td code { overflow-wrap: anywhere; }
.replay { margin-top: 24px; }
.replay .label { color: var(--quiet); font-size: 14px; }
pre { margin: 6px 0 0; padding: 12px 16px; background: var(--panel); border-radius: 8px; white-space: pre-wrap;
  overflow-wrap: anywhere; user-select: all; }
.command { display: flex; gap: 8px; align-items: flex-start; margin-top: 6px; } .command pre { margin: 0; flex: 1; min-width: 0; }
button { font: inherit; color: var(--ink); cursor: pointer; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.copy { padding: 9px 14px; font-size: 14px; font-weight: 600; } button:hover { border-color: var(--quiet); }
a { color: var(--accent); text-underline-offset: 2px; } .way { white-space: nowrap; font-weight: 600; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 28px 32px; margin: 40px 0 0; }
.facts div { min-width: 0; }
.facts dt { color: var(--quiet); font-size: 14px; }
.facts dd { margin: 2px 0 0; font-size: 26px; line-height: 1.2; font-weight: 620; letter-spacing: -0.01em; }
.facts dd small { display: block; margin-top: 4px; font-size: 14px; line-height: 1.4; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
.guide ul { margin: 6px 0 0; padding-left: 20px; } .guide { margin-top: 56px; padding: 14px 18px; border-radius: 8px; background: var(--panel); font-size: 14.5px; color: var(--quiet); }
figure { margin: 76px 0 0; }
.head { display: flex; align-items: baseline; gap: 16px; } .head h3 { flex: 1; }
.menu { position: relative; margin: 0; } .menu summary { padding: 2px 8px; border-radius: 6px; list-style: none; color: var(--quiet); }
.menu summary::before { content: "↓ "; } .menu summary::-webkit-details-marker { display: none; } .menu summary:hover { background: var(--panel); color: var(--ink); }
.menu .choices { position: absolute; right: 0; z-index: 3; display: grid; gap: 2px; margin-top: 4px; padding: 6px; background: var(--page);
  border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.16); }
.menu button { border: 0; background: none; text-align: left; padding: 6px 12px; font-size: 14px; white-space: nowrap; } .menu button:hover { background: var(--panel); }
.reading { font-size: 17px; margin-top: 6px; max-width: 44em; }
.chart { position: relative; margin-top: 18px; }
.chart svg { position: relative; user-select: none; -webkit-user-select: none; display: block; width: 100%; height: auto; overflow: visible; }
.picture { position: relative; margin-top: 12px; }
.chart canvas { position: absolute; pointer-events: none; }
figcaption { color: var(--quiet); font-size: 14px; margin-top: 12px; max-width: 52em; }
svg text { fill: var(--quiet); font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
svg .tick line, svg .domain { stroke: var(--line); }
svg .grid line { stroke: var(--line); stroke-opacity: 0.7; }
svg .grid .domain { display: none; }
svg text.direct { font-weight: 600; font-size: 13px; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
svg text.on-colour { fill: var(--page); stroke: none; }
svg text.axis-title { fill: var(--quiet); } svg text.panel-title { fill: var(--ink); font-weight: 600; font-size: 13.5px; }
.bands rect { fill: var(--ink); fill-opacity: 0.07; } .bands rect.cap { fill: var(--quiet); fill-opacity: 1; }
.bands line { stroke: var(--ink); stroke-opacity: 0.45; stroke-dasharray: 2 2; }
svg text.event-name { fill: var(--ink); font-size: 12px; }
.chosen { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.cursor line { stroke: var(--ink); stroke-width: 1.25; } .cursor path { fill: var(--ink); } .cursor { pointer-events: none; }
.brush { fill: var(--accent); fill-opacity: 0.18; stroke: var(--accent); pointer-events: none; }
.flag line { stroke: var(--bad); stroke-width: 1.5; } .flag circle { fill: var(--bad); } svg .flag text.direct { fill: var(--bad); }
.focusable { outline-offset: 6px; border-radius: 2px; }
@keyframes sought { from { background: color-mix(in srgb, var(--accent) 16%, transparent); } }
figure.sought { animation: sought 1.8s ease-out; }
@media (prefers-reduced-motion: reduce) { figure.sought { animation: none; } }
.pointer { stroke: var(--ink); stroke-width: 1; stroke-opacity: 0.55; pointer-events: none; }
.capture { fill: transparent; cursor: crosshair; touch-action: pan-y; }
#tip { position: fixed; z-index: 5; pointer-events: none; background: var(--ink); color: var(--page); border-radius: 6px;
  padding: 7px 10px; font-size: 13px; line-height: 1.45; max-width: 280px; opacity: 0; transition: opacity 80ms; }
#tip.shown { opacity: 1; }
#tip b { display: block; font-weight: 650; }
#tip span { display: block; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 16px; margin-top: 16px; font-size: 14.5px; }
/* The page has one slider of time, at its foot. */
figure[data-chart=swarm] .swarm-controls { display: flex; flex-wrap: wrap; gap: 0 28px; } figure[data-chart=swarm] .swarm-controls .controls:last-child { flex: 1 1 260px; }
figure[data-chart=swarm] .swarm-controls .controls:first-child :is(input, output) { display: none; }
.time-bar { position: sticky; bottom: 0; z-index: 4; background: var(--page); border-top: 1px solid var(--line); font-size: 14.5px; }
.time-bar .row, .time-bar .chips { max-width: 1008px; margin: 0 auto; padding: 8px 24px; display: flex; align-items: center; gap: 8px; }
.time-bar .track { position: relative; flex: 1 1 120px; min-width: 0; display: flex; margin: 0 6px; }
.time-bar .track input { flex: 1; width: 100%; min-width: 0; accent-color: var(--accent); height: 24px; margin: 0; }
.time-bar .marks i { position: absolute; top: -5px; width: 2px; height: 8px; margin-left: -1px; background: var(--quiet); pointer-events: none; }
.time-bar .marks i.bad { background: var(--bad); width: 4px; margin-left: -2px; height: 10px; top: -6px; border-radius: 2px; }
.time-bar button { font-weight: 600; padding: 6px 10px; } .time-bar svg { display: block; fill: currentColor; margin: 3px 0; } .time-bar .play { min-width: 74px; }
.time-bar output { min-width: 66px; font-weight: 650; text-align: right; }
.time-bar .chips { flex-wrap: wrap; padding-top: 0; padding-bottom: 8px; min-height: 0; } .time-bar .chips:not(:has(:not(:empty))) { display: none; }
.time-bar select { font: inherit; padding: 6px 8px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--ink); max-width: 150px; }
.time-bar .chip { font-weight: 500; font-size: 13.5px; padding: 2px 10px; border-radius: 14px; } .happened-now { color: var(--quiet); }
nav .contents { max-width: 1008px; margin: 0 auto; padding: 12px 24px 0; font-size: 14px; }
nav ul { list-style: none; margin: 0; padding: 0; } nav ul ul { padding-left: 14px; } nav li { margin: 5px 0; }
nav a { color: var(--quiet); text-decoration: none; } nav a:hover { color: var(--ink); text-decoration: underline; }
nav .contents > ul > li > a { color: var(--ink); font-weight: 600; }
@media screen and (min-width: 1240px) {
  nav .contents { position: fixed; top: 0; left: 0; bottom: 0; width: 214px; margin: 0; padding: 56px 12px 24px 24px; overflow-y: auto; }
  nav .contents > summary { display: none; }
  main, .time-bar .row, .time-bar .chips { margin-left: max(220px, calc((100vw - 1008px) / 2)); }
}
.controls fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; }
.controls legend { float: left; padding: 0; margin-right: 14px; color: var(--quiet); }
.controls label { display: inline-flex; align-items: center; gap: 6px; cursor: pointer; }
.controls input[type=radio] { accent-color: var(--accent); margin: 0; }
.note { color: var(--quiet); font-size: 13.5px; margin-top: 2px; } .note:empty { display: none; }
.choices { gap: 6px 32px; }
.status { font-size: 15px; margin-top: 10px; min-height: 1.5em; }
.keys { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13.5px; color: var(--quiet); margin-top: 10px; align-items: center; }
.keys i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
.keys i.ramp { width: 132px; } .keys i.thin { height: 4px; vertical-align: 3px; border-radius: 2px; }
.happened { margin-top: 76px; } .happened .badge { font-weight: 650; color: var(--ink); margin-right: 10px; }
.happened td:first-child { white-space: nowrap; } .happened p { margin-top: 6px; max-width: 44em; font-size: 17px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { margin-top: 10px; font-size: 14px; color: var(--quiet); }
summary { cursor: pointer; width: fit-content; }
details table { color: var(--ink); margin-top: 6px; max-width: 720px; }
details td { padding-top: 5px; padding-bottom: 5px; }
footer { margin-top: 80px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 13.5px; }
footer code { overflow-wrap: anywhere; }
@media (max-width: 560px) {
  main { padding: 32px 16px 48px; }
  h1 { font-size: 30px; } .lead { font-size: 16.5px; } .verdict { font-size: 20px; }
  .facts { grid-template-columns: 1fr 1fr; gap: 22px 20px; } .facts dd { font-size: 22px; }
  .time-bar .row, .time-bar .chips { padding-left: 16px; padding-right: 16px; gap: 6px; } .time-bar .play { min-width: 62px; }
  .time-bar button { padding: 6px 8px; } .time-bar output { min-width: 52px; } .time-bar .row { flex-wrap: wrap; } .time-bar .track { margin: 0; flex-basis: 80px; } .time-bar select { padding: 4px 6px; }
  figure { margin-top: 56px; } .head { display: flex; align-items: baseline; gap: 16px; } .head h3 { flex: 1; }
.menu { position: relative; margin: 0; } .menu summary { padding: 2px 8px; border-radius: 6px; list-style: none; color: var(--quiet); }
.menu summary::before { content: "↓ "; } .menu summary::-webkit-details-marker { display: none; } .menu summary:hover { background: var(--panel); color: var(--ink); }
.menu .choices { position: absolute; right: 0; z-index: 3; display: grid; gap: 2px; margin-top: 4px; padding: 6px; background: var(--page);
  border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.16); }
.menu button { border: 0; background: none; text-align: left; padding: 6px 12px; font-size: 14px; white-space: nowrap; } .menu button:hover { background: var(--panel); }
.reading { font-size: 16px; }
  table.verdicts thead, table.happenings thead { display: none; }
  table.verdicts tr, table.happenings tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
  table.verdicts td, table.happenings td { display: block; padding: 1px 0; border: 0; }
}
@media print {
  :root { ${LIGHT} }
  body { font-size: 11pt; } main { max-width: none !important; padding: 0; }
  figure, .facts, table.verdicts { break-inside: avoid; } h2, .head { display: flex; align-items: baseline; gap: 16px; } .head h3 { flex: 1; }
.menu { position: relative; margin: 0; } .menu summary { padding: 2px 8px; border-radius: 6px; list-style: none; color: var(--quiet); }
.menu summary::before { content: "↓ "; } .menu summary::-webkit-details-marker { display: none; } .menu summary:hover { background: var(--panel); color: var(--ink); }
.menu .choices { position: absolute; right: 0; z-index: 3; display: grid; gap: 2px; margin-top: 4px; padding: 6px; background: var(--page);
  border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.16); }
.menu button { border: 0; background: none; text-align: left; padding: 6px 12px; font-size: 14px; white-space: nowrap; } .menu button:hover { background: var(--panel); }
.reading { break-after: avoid; }
  details, nav, #tip, .time-bar, .controls, .copy, .way, .guide, .cursor, .pointer, .menu, .hint, .swarm-words { display: none !important; }
  figure { margin-top: 36px; }
}
`;
