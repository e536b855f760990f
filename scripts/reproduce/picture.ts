/**
 * The picture of a result: one to three panels in which what was measured (dots with 95 % intervals of the mean) stands beside
 * what was published (hollow diamonds). Places that are numbers are joined by lines; between kinds, such as orders of pieces, there
 * is nothing to join. An SVG file for itself, light or dark as the reader's system is; the same results give the same bytes.
 */
import { meanInterval } from '../../src/scenarios/statistics/estimate.ts';
import { type Studied, valuesIn } from './kept-results.ts';
import type { ResultSpec } from './result-spec.ts';

export interface PictureSpec {
  /** What is to be seen, in one line. */
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface PanelSpec {
  readonly title: string;
  /** Places from left to right. */
  readonly across: { readonly label: string; readonly values: readonly string[] };
  readonly series: readonly SeriesSpec[];
  /** Ends of the upright axis. 0, and what there is, where absent. */
  readonly least?: number;
  readonly most?: number;
}

export type SeriesSpec =
  | {
      readonly label: string;
      /** A column of a scenario of the result: the first one where it is not named. */
      readonly of: string;
      readonly scenario?: string;
      /** The cells of the places from left to right, by the values that choose them. */
      readonly cells: readonly Readonly<Record<string, string>>[];
    }
  | {
      readonly label: string;
      /** As published, from left to right. */
      readonly values: readonly (number | undefined)[];
      /** The label of the measured series that it is about, whose colour it shares. */
      readonly about?: string;
    };

const PANEL_WIDTH = 366;
const MARGIN = 16;
const LEFT = 46;
const TOP = 92;
const PLOT_WIDTH = PANEL_WIDTH - LEFT - 12;
const PLOT_HEIGHT = 150;
const HEIGHT = TOP + PLOT_HEIGHT + 64;
/** Of the letters of names, on average. */
const LETTER = 6.1;
/** Between the marks of two series at one place, where nothing joins those of one. */
const ASIDE = 9;

const STYLE = `text{font:11px system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#57606a}
.t{font-size:15px;font-weight:600;fill:#1f2328}.h{font-weight:600;fill:#1f2328}.m{text-anchor:middle}.e{text-anchor:end}
.bg{fill:#fff;stroke:#d0d7de}.g{stroke:#e4e8ec;fill:none}.l{fill:none;stroke-width:2;stroke-linejoin:round}.w{fill:none;stroke-width:1.5}
.r{fill:none;stroke-width:1.5;stroke-dasharray:5 3}.o{fill:#fff;stroke-width:1.5}
.c0{stroke:#0969da}.c1{stroke:#bc4c00}.c2{stroke:#1a7f37}.c3{stroke:#8250df}.d{stroke:none}.d.c0{fill:#0969da}.d.c1{fill:#bc4c00}.d.c2{fill:#1a7f37}.d.c3{fill:#8250df}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.t,.h{fill:#f0f6fc}.bg{fill:#0d1117;stroke:#3d444d}.g{stroke:#262c36}.o{fill:#0d1117}
.c0{stroke:#4493f8}.c1{stroke:#f0883e}.c2{stroke:#3fb950}.c3{stroke:#ab7df8}.d.c0{fill:#4493f8}.d.c1{fill:#f0883e}.d.c2{fill:#3fb950}.d.c3{fill:#ab7df8}}`;

interface Point {
  readonly place: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Drawn {
  readonly label: string;
  /** The class of its colour. */
  readonly colour: string;
  readonly published: boolean;
  readonly points: readonly Point[];
}

/** `full`: the results are of the full form. */
export function drawResult(
  { picture: spec, number, scenarios }: ResultSpec,
  studied: readonly Studied[],
  full: boolean,
): string {
  const runs = studied.reduce((sum, { rows }) => sum + rows.length, 0);
  const footing = `npm run reproduce${full ? ' -- --full' : ''}: result ${number}, ${studied.map(({ name }) => name).join(', ')}; ${runs} runs`;
  const width = spec.panels.length * PANEL_WIDTH + 2 * MARGIN;
  const title = written(spec.title);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-labelledby="t">`,
    `<title id="t">${title}</title>`,
    `<style>${STYLE}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${HEIGHT - 1}" rx="6" class="bg"/>`,
    `<text x="${MARGIN}" y="27" class="t">${title}</text>`,
    ...spec.panels.map(
      (panel, index) =>
        `<g transform="translate(${MARGIN + index * PANEL_WIDTH} 0)">\n${drawPanel(panel, studied, scenarios[0]?.name)}\n</g>`,
    ),
    `<text x="${MARGIN}" y="${HEIGHT - 12}">${written(footing)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

/** `usual`: the scenario of series that name none. */
function drawPanel(panel: PanelSpec, studied: readonly Studied[], usual: string | undefined): string {
  const { across, least = 0 } = panel;
  const drawn = panel.series.map((series) => ({
    label: series.label,
    colour: `c${colourOf(series, panel.series)}`,
    published: !('of' in series),
    points: pointsOf(series, studied, usual),
  }));
  const isScale = across.values.every((value) => Number.isFinite(Number(value)));
  const all = drawn.flatMap(({ points }) => points.flatMap(({ value, high }) => [value, high]));
  const most = panel.most ?? Math.max(...all, least + 1e-9) * 1.08;
  const x = (place: number): number => LEFT + (PLOT_WIDTH * (place + 0.5)) / across.values.length;
  const y = (value: number): number => TOP + PLOT_HEIGHT - (PLOT_HEIGHT * (value - least)) / (most - least);
  const isIn = ({ value }: Point): boolean => value <= most && value >= least;
  const parts = [`<text x="${LEFT}" y="50" class="h">${written(panel.title)}</text>`];
  for (const tick of ticks(least, most)) {
    const at = round(y(tick));
    parts.push(
      `<path d="M${LEFT} ${at}h${PLOT_WIDTH}" class="g"/><text x="${LEFT - 5}" y="${round(at + 4)}" class="e">${formatTick(tick)}</text>`,
    );
  }
  for (const [place, value] of across.values.entries()) {
    parts.push(
      `<text x="${round(x(place))}" y="${TOP + PLOT_HEIGHT + 16}" class="m">${written(value)}</text>`,
    );
  }
  parts.push(
    `<text x="${LEFT + PLOT_WIDTH / 2}" y="${TOP + PLOT_HEIGHT + 31}" class="m">${written(across.label)}</text>`,
  );
  for (const [index, { published, points, colour }] of drawn.entries()) {
    const style = colour;
    const aside = isScale ? 0 : (index - (drawn.length - 1) / 2) * ASIDE;
    const path = (isScale ? points : [])
      .filter(isIn)
      .map(({ place, value }, nth) => `${nth === 0 ? 'M' : 'L'}${round(x(place))} ${round(y(value))}`)
      .join('');
    if (path !== '') parts.push(`<path d="${path}" class="${published ? 'r' : 'l'} ${style}"/>`);
    for (const { place, value, low, high } of points.filter(isIn)) {
      const [at, upright] = [round(x(place) + aside), round(y(value))];
      if (high > low) {
        const [top, bottom] = [round(y(Math.min(high, most))), round(y(Math.max(low, least)))];
        parts.push(
          `<path d="M${at} ${top}V${bottom}M${at - 3} ${top}h6M${at - 3} ${bottom}h6" class="w ${style}"/>`,
        );
      }
      parts.push(
        published
          ? `<path d="M${at} ${round(upright - 4)}l4 4l-4 4l-4 -4z" class="o ${style}"/>`
          : `<circle cx="${at}" cy="${upright}" r="3.5" class="d ${style}"/>`,
      );
    }
  }
  parts.push(legend(drawn, isScale));
  return parts.join('\n');
}

/** Its place among the series, or that of the series that it is about. */
function colourOf(series: SeriesSpec, all: readonly SeriesSpec[]): number {
  const about = 'of' in series ? undefined : series.about;
  return all.findIndex((other) => (about === undefined ? other === series : other.label === about));
}

function pointsOf(series: SeriesSpec, studied: readonly Studied[], usual: string | undefined): Point[] {
  if (!('of' in series)) {
    return series.values.flatMap((value, place) =>
      value === undefined ? [] : [{ place, value, low: value, high: value }],
    );
  }
  const { scenario = usual } = series;
  const own = studied.find(({ name }) => name === scenario);
  if (own === undefined) return [];
  return series.cells.flatMap((where, place) => {
    const values = valuesIn(own, series.of, where);
    if (values.length === 0) return [];
    const value = values.reduce((sum, each) => sum + each, 0) / values.length;
    const { low, high } = meanInterval(values) ?? { low: value, high: value };
    return [{ place, value, low, high }];
  });
}

/** The names of the series in two rows at most, each beside its line, or its mark where there are no lines. */
function legend(lines: readonly Drawn[], isScale: boolean): string {
  let left = LEFT;
  let row = 0;
  return lines
    .map(({ label, published, colour }) => {
      const width = 18 + label.length * LETTER + 8;
      if (left + width > LEFT + PLOT_WIDTH + 12 && left > LEFT) {
        left = LEFT;
        row++;
      }
      const at = left;
      left += width;
      const y = 66 + row * 15;
      const line = isScale
        ? `<path d="M${round(at)} ${y - 4}h13" class="${published ? 'r' : 'l'} ${colour}"/>`
        : published
          ? `<path d="M${round(at + 6.5)} ${y - 8}l4 4l-4 4l-4 -4z" class="o ${colour}"/>`
          : `<circle cx="${round(at + 6.5)}" cy="${y - 4}" r="3.5" class="d ${colour}"/>`;
      return `${line}<text x="${round(at + 17)}" y="${y}">${written(label)}</text>`;
    })
    .join('\n');
}

/** At most five, in round numbers. */
function ticks(least: number, most: number): number[] {
  const wanted = (most - least) / 4;
  let power = 1;
  while (power > wanted) power /= 10;
  while (power * 10 <= wanted) power *= 10;
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= wanted) ?? wanted;
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(most / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function formatTick(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function written(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
