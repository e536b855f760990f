/** The scenarios of the library: their runs in this process, their pictures, and the section of the documentation about them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { listScenarios, loadScenario, loadSweep } from '../../src/scenarios/load-scenario.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import type { Trace } from '../../src/trace/trace.ts';
import type { Cell } from './draw-panel.ts';
import { MeasuredRun } from './measured-run.ts';
import { drawPicture } from './picture.ts';
import { PICTURES } from './specs.ts';

/** From the folder of the project. */
export const LIBRARY = 'src/scenarios/library';
export const PICTURE_FOLDER = 'docs/images/library';
const BEGIN = '<!-- library: made by npm run pictures -->';
const END = '<!-- library: end -->';

/** In the order in which `specs.ts` tells their story; those without a picture come last, so that they are missed. */
export function libraryNames(root: string): string[] {
  const told = Object.keys(PICTURES);
  const place = (name: string): number => (told.includes(name) ? told.indexOf(name) : told.length);
  return listScenarios(join(root, LIBRARY)).sort((a, b) => place(a) - place(b));
}

/** @param trace of a run of the scenario with its own seed; it is run here where there is none */
export function pictureOf(name: string, root: string, trace?: Trace): string {
  const spec = PICTURES[name];
  if (spec === undefined) throw new Error(`scripts/pictures/specs.ts has no picture of ${name}`);
  const folder = join(root, LIBRARY);
  const run = measured(loadScenario(name, folder).scenario, trace);
  const wantsCells = spec.panels.some(({ kind }) => kind === 'cells');
  return drawPicture(spec, run, wantsCells ? cellsOf(name, folder) : []);
}

function measured(scenario: Scenario, trace?: Trace): MeasuredRun {
  const plan = expand(scenario, scenario.seed);
  return new MeasuredRun(scenario, plan, trace ?? simulated(plan));
}

function simulated(plan: ReturnType<typeof expand>): Trace {
  const run = new SimulatedRun(plan, new NodeHasher());
  run.advance();
  const trace = run.finish();
  run.breakUp();
  return trace;
}

/** Each cell with the first seed, by the size of its crowd. */
function cellsOf(name: string, folder: string): Cell[] {
  return loadSweep(name, folder).cells.map((scenario) => {
    const run = measured(scenario);
    return { value: String(run.plan.peers.filter(({ have }) => have !== 'all').length), run };
  });
}

/** The claim with which a file opens, without "The claim:", as one paragraph. */
export function claimOf(name: string, root: string): string {
  const text = readFileSync(join(root, LIBRARY, `${name}.yaml`), 'utf8');
  const lines = /^(?:#.*\n)+/.exec(text)?.[0].split('\n') ?? [];
  const claim = lines
    .map((line) => line.replace(/^# ?/, ''))
    .join(' ')
    .trim();
  const said = claim.replace(/^The claim: /, '');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

export function librarySection(root: string): string {
  return libraryNames(root)
    .map(
      (name) =>
        `### \`${name}\`\n\n${wrapped(claimOf(name, root))}\n\n![${PICTURES[name]?.title}](images/library/${name}.svg)`,
    )
    .join('\n\n');
}

/** The documentation with the section in place of what stands between its marks. */
export function withSection(documentation: string, section: string): string {
  const from = documentation.indexOf(BEGIN);
  const to = documentation.indexOf(END);
  if (from < 0 || to < from)
    throw new Error(`docs/SCENARIOS.md has no place between "${BEGIN}" and "${END}"`);
  return `${documentation.slice(0, from + BEGIN.length)}\n\n${section}\n\n${documentation.slice(to)}`;
}

function wrapped(text: string): string {
  return text.replace(/(.{1,128})(?: |$)/g, '$1\n').trimEnd();
}
