/** The look of the moving swarm; colours are the page's variables. */

export const SWARM_STYLE = `
.swarm { margin-top: 12px; }
.swarm-picture { position: relative; } .swarm-picture canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.swarm-peers button { position: absolute; padding: 0; border: 0; border-radius: 50%; background: none; cursor: pointer; }
.swarm canvas.swarm-strip { position: static; display: block; width: 100%; height: 46px; margin-top: 6px; cursor: pointer; pointer-events: auto; }
.swarm-keys svg { display: inline-block; width: 18px; height: 18px; margin-right: 6px; vertical-align: -4px; }
.swarm-controls .controls { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; margin-top: 8px; font-size: 14.5px; }
.swarm-controls input[type=range] { flex: 1 1 120px; min-width: 0; max-width: none; height: 24px; margin: 0; accent-color: var(--accent); }
.swarm-controls button { font: inherit; font-weight: 600; padding: 7px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--ink); cursor: pointer; }
.swarm-controls .swarm-play { min-width: 78px; } .swarm-controls output { min-width: 66px; font-weight: 650; }
 .swarm-controls output.pace { min-width: 120px; font-weight: 500; }
.swarm-words { display: grid; grid-template-columns: minmax(240px, 2fr) 3fr; gap: 12px 40px; margin-top: 18px; font-size: 14.5px; }
.swarm-words h3 { font-size: 15px; } .swarm-words h4 { font-size: 14px; margin: 10px 0 0; color: var(--quiet); font-weight: 500; }
.swarm-words ul, .swarm-words ol { margin: 4px 0 0; padding-left: 18px; } .swarm-words ul ul { margin: 0; }
.swarm-feed { list-style: none; padding: 0 !important; min-height: 9.5em; } .swarm-feed time { color: var(--quiet); display: inline-block; min-width: 58px; }
.swarm-panel .why { font: inherit; font-size: 13px; margin-left: 8px; padding: 0 6px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel); color: var(--ink); cursor: pointer; }
.swarm-panel .because { color: var(--quiet); }
.swarm-panel { max-height: 420px; overflow-y: auto; }
.race-sides { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; margin-top: 16px; } .race-sides section { min-width: 0; }
.race-sides h3 { font-size: 17px; overflow-wrap: anywhere; } .race-sides progress { width: 100%; height: 14px; margin-top: 6px; }
.race-state { font-size: 14.5px; } .race-lead { min-height: 1.6em; }
@media (max-width: 560px) { .race-sides { grid-template-columns: 1fr; } }
@media (max-width: 560px) { .swarm-words { grid-template-columns: 1fr; } }
`;
