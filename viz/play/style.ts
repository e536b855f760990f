/** The look of the live page, upon that of the report. */

export const PLAY_STYLE = `
[hidden] { display: none !important; }
main.play { max-width: 1120px; margin: 0 auto; padding: 20px 24px 56px; }
.chapters { display: flex; flex-wrap: wrap; gap: 4px 6px; margin-bottom: 20px; padding-bottom: 12px; border-bottom: 1px solid var(--line); }
.chapters a { color: var(--quiet); text-decoration: none; font-size: 14.5px; padding: 5px 10px; border-radius: 7px; }
.chapters a:hover { color: var(--ink); background: var(--panel); }
.chapters a[aria-current] { color: var(--page); background: var(--ink); font-weight: 600; }
.play h1 { font-size: 32px; } .play h2 { font-size: 17px; margin: 0 0 8px; } .play h3 { font-size: 15px; margin: 0; }
.play button { font: inherit; font-size: 15px; font-weight: 600; padding: 8px 14px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--panel); color: var(--ink); cursor: pointer; }
.play button:hover:not(:disabled) { border-color: var(--quiet); } .play button:disabled { opacity: 0.45; cursor: default; }
.play button.primary, .play button.go-on { background: var(--accent); border-color: var(--accent); color: var(--page); }
.play .swarm-peers button { padding: 0; border: 0; background: none; border-radius: 50%; }
.setting { font-size: 19px; line-height: 1.45; max-width: 46em; margin-top: 8px; }
.question { font-size: 21px; font-weight: 650; margin-top: 14px; }
.choices-row, .buttons { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 12px; }
.play button.choice { font-size: 17px; padding: 10px 18px; }
[data-state=asking] .choice { border-color: var(--accent); }
[data-state=watching] .setting, [data-state=watching] .question, [data-state=answered] .setting, [data-state=answered] .question { display: none; }
[data-state=watching] .choices-row, [data-state=answered] .choices-row { display: none; }
[data-state=asking] .caption-bar, [data-state=asking] .swarm-controls, [data-state=asking] .status { display: none; }
.caption-bar { display: flex; align-items: center; gap: 20px; min-height: 76px; margin-top: 6px; }
.caption { flex: 1 1 auto; font-size: 22px; line-height: 1.35; font-weight: 550; max-width: 42em; }
.go-on { flex: 0 0 auto; min-width: 92px; }
.stage-pictures.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 28px; }
.stage-picture { min-width: 0; } .stage-label { text-align: center; font-size: 17px !important; font-weight: 650; }
.stage .status { font-size: 14px; color: var(--quiet); margin-top: 6px; }
[data-state=watching] h1, [data-state=answered] h1 { font-size: 20px; }
.answer:not(:empty) { margin-top: 6px; padding: 14px 20px; border-radius: 12px; background: var(--panel); }
.answer .verdict { margin: 0; font-size: 20px; color: var(--ink); display: block; } .answer .verdict.held { color: var(--good); }
.answer .moral { font-size: 21px; line-height: 1.4; font-weight: 550; margin-top: 6px; max-width: 42em; }
.ground { display: grid; grid-template-columns: minmax(0, 1fr) 330px; gap: 16px 32px; align-items: start; margin-top: 12px; }
.ground-side { display: grid; gap: 22px; font-size: 14.5px; }
.ground-side .buttons { gap: 8px; margin-top: 8px; } .ground-side button { font-size: 14px; padding: 6px 11px; }
.knobs { display: grid; grid-template-columns: auto minmax(70px, 1fr) 82px; gap: 5px 10px; align-items: center; }
.knobs h3 { grid-column: 1 / -1; margin-top: 6px; } .knobs input { width: 100%; min-width: 0; margin: 0; height: 24px; accent-color: var(--accent); }
.knobs select { grid-column: 2 / -1; font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 3px 6px; }
.histories { list-style: none; margin: 0; padding: 0; display: grid; gap: 4px; max-height: 260px; overflow-y: auto; }
.histories button { width: 100%; text-align: left; font-weight: 500; } .histories button[aria-current] { border-color: var(--accent); font-weight: 650; }
.histories small { display: block; color: var(--quiet); font-weight: 400; font-size: 12.5px; }
.fault { white-space: pre-wrap; overflow-x: auto; border-left: 4px solid var(--bad); padding: 10px 14px; background: var(--panel); margin: 10px 0; }
.yaml textarea { width: 100%; min-height: 260px; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; resize: vertical; }
.yaml dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; margin: 10px 0 0; font-size: 14px; } .yaml dt { color: var(--quiet); } .yaml dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.outcome-list { list-style: none; margin: 0; padding: 0; } .panel-words:not(:empty) { margin-top: 14px; } .panel-words h4 { font-size: 13.5px; margin: 8px 0 0; color: var(--quiet); font-weight: 500; }
.panel-words ul { margin: 2px 0 0; padding-left: 18px; } .panel-words { max-height: 330px; overflow-y: auto; }
.play footer { margin-top: 40px; }
@media (max-width: 900px) { .ground { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) {
  main.play { padding: 12px 14px 40px; } .play h1 { font-size: 25px; }
  .setting { font-size: 17px; } .question { font-size: 18px; } .caption { font-size: 18px; } .caption-bar { gap: 12px; min-height: 96px; }
  .stage-pictures.pair { grid-template-columns: 1fr; } .play button.choice { font-size: 16px; padding: 9px 14px; width: 100%; }
  .chapters a { font-size: 13.5px; padding: 4px 7px; } .answer .moral { font-size: 18px; }
}
`;
