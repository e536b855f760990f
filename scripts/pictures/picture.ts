/**
 * The picture of a scenario: the claim, two panels, and the numbers that prove it. An SVG file for itself, of the run and nothing
 * else: the same run gives the same bytes. It brings its own ground, light or dark as the reader's system is.
 */
import { formatMeasured } from '../../src/scenarios/expectations/verdict.ts';
import { type Cell, drawPanel, PANEL_HEIGHT, PANEL_WIDTH } from './draw-panel.ts';
import type { MeasuredRun } from './measured-run.ts';
import type { PictureSpec } from './panel.ts';

const MARGIN = 16;
const WIDTH = 2 * PANEL_WIDTH + 2 * MARGIN;
const PANELS_TOP = 48;
const PROOF_TOP = PANELS_TOP + PANEL_HEIGHT + 12;
const PROOF_LINE = 18;
/** Of one line of the proof. */
const MOST_LETTERS = 122;

const STYLE = `text{font:11px system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#57606a}
.t{font-size:15px;font-weight:600;fill:#1f2328}.h{font-weight:600;fill:#1f2328}.p{font-size:12px;fill:#1f2328}.v{font-weight:600;fill:#1f2328}
.m{text-anchor:middle}.e{text-anchor:end}.bg{fill:#fff;stroke:#d0d7de}.g{stroke:#e4e8ec;fill:none}.mark{stroke:#8c959f;stroke-dasharray:2 2;fill:none}
.l{fill:none;stroke-width:2;stroke-linejoin:round}.bound{stroke:#6e7781;stroke-width:1.5;stroke-dasharray:5 3}.ok{fill:#1a7f37}
.c0{stroke:#0969da}.c1{stroke:#bc4c00}.c2{stroke:#1a7f37}.c3{stroke:#8250df}.c4{stroke:#bf3989}
.b{stroke:none}.b.c0{fill:#0969da}.b.c1{fill:#bc4c00}.b.c2{fill:#1a7f37}.b.c3{fill:#8250df}.b.c4{fill:#bf3989}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.t,.h,.p,.v{fill:#f0f6fc}.bg{fill:#0d1117;stroke:#3d444d}.g{stroke:#262c36}.mark{stroke:#656c76}
.bound{stroke:#9198a1}.ok{fill:#3fb950}.c0{stroke:#4493f8}.c1{stroke:#f0883e}.c2{stroke:#3fb950}.c3{stroke:#ab7df8}.c4{stroke:#db61a2}
.b{stroke:none}.b.c0{fill:#4493f8}.b.c1{fill:#f0883e}.b.c2{fill:#3fb950}.b.c3{fill:#ab7df8}.b.c4{fill:#db61a2}}`;

export function drawPicture(spec: PictureSpec, run: MeasuredRun, cells: readonly Cell[] = []): string {
  const proof = spec.proof.map((name) => proofOf(name, run));
  const lines = proof.flatMap(inLines);
  const height = PROOF_TOP + lines.length * PROOF_LINE + 26;
  const untilUs = spec.untilUs ?? run.trace.endUs;
  const drawn = { run, cells, marks: spec.marks ?? [], untilUs };
  const title = written(spec.title);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t">`,
    `<title id="t">${written(run.scenario.name)}: ${title}. ${written(proof.join('. '))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="6" class="bg"/>`,
    `<text x="${MARGIN}" y="27" class="t">${title}</text>`,
    ...spec.panels.map(
      (panel, index) =>
        `<g transform="translate(${MARGIN + index * PANEL_WIDTH} ${PANELS_TOP})">\n${drawPanel(panel, drawn)}\n</g>`,
    ),
    ...lines.map(({ text, isFirst }, index) => {
      const tick = isFirst ? '<tspan class="ok">✓</tspan> ' : '';
      return `<text x="${MARGIN + (isFirst ? 0 : 14)}" y="${PROOF_TOP + index * PROOF_LINE}" class="p">${tick}${written(text)}</text>`;
    }),
    `<text x="${MARGIN}" y="${height - 12}">npx swarmlab run ${run.scenario.name}, seed ${run.scenario.seed}: ${run.trace.header.peers.length} peers</text>`,
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** An expectation and the number that it rests on; throws where it did not hold: there is no picture of that. */
function proofOf(name: string, run: MeasuredRun): string {
  const verdict = run.verdicts.find((each) => each.name === name);
  if (verdict === undefined) throw new Error(`${run.scenario.name} does not expect "${name}"`);
  const text = `${name}: ${formatMeasured(verdict)}`;
  if (verdict.status !== 'held') throw new Error(`${run.scenario.name}: ${text}`);
  return text;
}

/** Broken where there is no room for more. */
function inLines(text: string): { readonly text: string; readonly isFirst: boolean }[] {
  const broken = text.match(new RegExp(`.{1,${MOST_LETTERS}}(?: |$)`, 'g')) ?? [];
  return broken.map((each, index) => ({ text: each.trim(), isFirst: index === 0 }));
}

function written(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
