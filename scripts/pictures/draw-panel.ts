/** Draws one panel: axes, lines or bars, and their names. Coordinates are pixels from the panel's upper left corner. */
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { foldPeerTimes, isDownloader } from '../../src/trace/metrics/peer-times.ts';
import type { MeasuredRun, Step } from './measured-run.ts';
import {
  formatValue,
  type LimitSpec,
  type MarkSpec,
  type PanelSpec,
  timeTicks,
  type Unit,
  valueTicks,
} from './panel.ts';
import { stepPath } from './thin.ts';

export const PANEL_WIDTH = 366;
export const PANEL_HEIGHT = 214;

const LEFT = 46;
const TOP = 52;
const WIDTH = PANEL_WIDTH - LEFT - 12;
const HEIGHT = 138;
/** Colours that a panel has for its lines; each has a class of its own. */
const COLOURS = 5;
/** Of the letters of names, on average. */
const LETTER = 6.1;

/** A cell of the sweep that was run: the value that varies, and the run. */
export interface Cell {
  readonly value: string;
  readonly run: MeasuredRun;
}

export interface Drawn {
  readonly run: MeasuredRun;
  readonly cells: readonly Cell[];
  readonly marks: readonly MarkSpec[];
  readonly untilUs: number;
}

export function drawPanel(spec: PanelSpec, drawn: Drawn): string {
  switch (spec.kind) {
    case 'complete':
      return drawCompletion(drawn, spec.groups);
    case 'lines': {
      const lines = spec.lines.map(({ label, of }, index) => ({
        label,
        style: `c${index}`,
        steps: drawn.run.steps(of),
      }));
      return drawLines(spec.title, spec.unit, lines, drawn);
    }
    case 'bars': {
      const bars = spec.bars.map(({ label, of }) => ({ label, value: drawn.run.value(of) }));
      return drawBars(spec.title, spec.unit, bars, limitOf(spec.limit, drawn.run));
    }
    case 'cells': {
      const bars = drawn.cells.map(({ value, run }) => ({
        label: `${spec.label} ${value}`,
        value: run.value(spec.of),
        colour: 0,
      }));
      return drawBars(spec.title, spec.unit, bars, limitOf(spec.limit, drawn.run));
    }
  }
}

interface Line {
  readonly label: string;
  readonly style: string;
  readonly steps: readonly Step[];
}

/** One line for each group of downloaders; where there is but one, the bound too. */
function drawCompletion(drawn: Drawn, only: readonly string[] | undefined): string {
  const { trace, plan } = drawn.run;
  const times = foldPeerTimes(trace);
  const groups = only ?? plan.groups;
  const lines: Line[] = [];
  let total = 0;
  for (const group of groups) {
    const members = trace.header.peers.flatMap((peer, index) =>
      plan.groups[plan.peers[index]?.group ?? -1] === group && isDownloader(peer) ? [index] : [],
    );
    if (members.length === 0) continue;
    total += members.length;
    const completed = members
      .map((index) => times.completedUs[index] as number)
      .filter((timeUs) => !Number.isNaN(timeUs))
      .sort((a, b) => a - b);
    const steps: Step[] = [{ timeUs: 0, value: 0 }];
    completed.forEach((timeUs, index) => {
      steps.push({ timeUs, value: (index + 1) / members.length });
    });
    steps.push({ timeUs: drawn.untilUs, value: completed.length / members.length });
    lines.push({ label: `${group} (${members.length})`, style: `c${lines.length % COLOURS}`, steps });
  }
  const bound = foldBounds(trace)?.curveUs ?? new Float64Array();
  const least: Step[] = [{ timeUs: 0, value: 0 }];
  bound.forEach((timeUs, index) => {
    if (Number.isFinite(timeUs)) least.push({ timeUs, value: (index + 1) / total });
  });
  if (lines.length === 1 && least.length > 1) {
    least.push({ timeUs: drawn.untilUs, value: (least.length - 1) / total });
    lines.push({ label: 'no protocol sooner', style: 'bound', steps: least });
  }
  return drawLines('share of the downloaders complete', 'share', lines, drawn, 1);
}

function drawLines(title: string, unit: Unit, lines: readonly Line[], drawn: Drawn, most?: number): string {
  const { untilUs, marks } = drawn;
  const highest =
    most ??
    Math.max(unit === 'number' ? 1 : 0, ...lines.flatMap(({ steps }) => steps.map(({ value }) => value))) *
      1.06;
  const x = (timeUs: number): number => LEFT + (WIDTH * Math.min(timeUs, untilUs)) / untilUs;
  const y = (value: number): number => TOP + HEIGHT - (HEIGHT * value) / highest;
  const parts = [heading(title), grid(valueTicks(highest, unit), unit, y)];
  for (const tick of timeTicks(untilUs)) {
    parts.push(
      `<text x="${round(x(tick))}" y="${TOP + HEIGHT + 16}" class="m">${formatValue(tick, 'time')}</text>`,
    );
  }
  for (const { atUs, label } of marks) {
    const at = round(x(atUs));
    const flip = at + label.length * LETTER > LEFT + WIDTH;
    parts.push(`<path d="M${at} ${TOP}V${TOP + HEIGHT}" class="mark"/>`);
    parts.push(`<text x="${at + (flip ? -4 : 4)}" y="${TOP - 4}"${flip ? ' class="e"' : ''}>${label}</text>`);
  }
  for (const { style, steps } of lines) {
    const within = clipped(steps, untilUs);
    parts.push(`<path d="${stepPath(within, x, y)}" class="l ${style}"/>`);
  }
  parts.push(legend(lines));
  return parts.join('\n');
}

interface Bar {
  /** Of the colours; the place of the bar where absent. */
  readonly colour?: number;
  readonly label: string;
  readonly value: number;
}

function drawBars(title: string, unit: Unit, bars: readonly Bar[], limit: Bar | undefined): string {
  const highest = Math.max(...bars.map(({ value }) => value), limit?.value ?? 0, 1e-9) * 1.12;
  const y = (value: number): number => TOP + HEIGHT - (HEIGHT * value) / highest;
  const parts = [heading(title), grid(valueTicks(highest, unit), unit, y)];
  const slot = WIDTH / bars.length;
  const width = Math.min(56, slot * 0.6);
  bars.forEach(({ label, value, colour }, index) => {
    const middle = LEFT + slot * (index + 0.5);
    const top = y(value);
    parts.push(
      `<rect x="${round(middle - width / 2)}" y="${round(top)}" width="${round(width)}" height="${round(TOP + HEIGHT - top)}" class="b c${colour ?? index % COLOURS}"/>`,
      `<text x="${round(middle)}" y="${round(top - 5)}" class="m v">${formatValue(value, unit)}</text>`,
      `<text x="${round(middle)}" y="${TOP + HEIGHT + 16}" class="m">${label}</text>`,
    );
  });
  if (limit !== undefined) {
    const at = round(y(limit.value));
    parts.push(`<path d="M${LEFT} ${at}H${LEFT + WIDTH}" class="l bound"/>`);
    parts.push(
      `<text x="${LEFT}" y="${TOP - 21}">- - ${limit.label}: ${formatValue(limit.value, unit)}</text>`,
    );
  }
  return parts.join('\n');
}

/** Up to an instant, where the curve ends with the value that it has there. */
function clipped(steps: readonly Step[], untilUs: number): Step[] {
  const within = steps.filter(({ timeUs }) => timeUs <= untilUs);
  const last = within.at(-1);
  return last === undefined || within.length === steps.length
    ? within
    : [...within, { ...last, timeUs: untilUs }];
}

function limitOf(limit: LimitSpec | undefined, run: MeasuredRun): Bar | undefined {
  return limit && { label: limit.label, value: run.value(limit.of) };
}

function heading(title: string): string {
  return `<text x="${LEFT}" y="12" class="h">${title}</text>`;
}

function grid(values: readonly number[], unit: Unit, y: (value: number) => number): string {
  return values
    .map((value) => {
      const at = round(y(value));
      return `<path d="M${LEFT} ${at}h${WIDTH}" class="g"/><text x="${LEFT - 5}" y="${round(at + 4)}" class="e">${formatValue(value, unit).replace(' %', '%')}</text>`;
    })
    .join('\n');
}

/** The names of the lines, in their colours, in one row above them. */
function legend(lines: readonly Line[]): string {
  let left = LEFT;
  return lines
    .map(({ label, style }) => {
      const at = left;
      left += 16 + label.length * LETTER + 8;
      return `<path d="M${round(at)} ${TOP - 25}h11" class="l ${style}"/><text x="${round(at + 15)}" y="${TOP - 21}">${label}</text>`;
    })
    .join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
