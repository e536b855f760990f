/**
 * What a chart is to the report: the contract between the page and the file of each chart (`sections/`).
 *
 * To add a chart, write `sections/<id>.ts` that exports a `ChartSection` and name it in `registry.ts`, in the place where a
 * reader should come across it. The page makes everything around it: heading, reading, definition, downloads, numbers, the
 * place in the contents, when to draw. `prepare` is called once, with an empty element; what it returns draws, and is called
 * whenever the width or the colours of the page change, or a part of the selection that `redrawOn` names. What it returns in
 * turn is called at every other change of the selection, while the chart is in view, and has to be cheap: it moves what is
 * laid over the drawing and draws nothing anew.
 */
import type { Tip } from '../charts/tip.ts';
import type { ChartTable } from './chart-table.ts';
import type { ReportModel } from './model.ts';
import type { PlayClock } from './play-clock.ts';
import type { Selected, Selection, SelectionPart } from './selection.ts';

/** The parts of a report, in their order; a part without charts in this run is left out. */
export const REPORT_PARTS = [
  { id: 'answer', title: 'The answer' },
  { id: 'swarm', title: 'The swarm' },
  { id: 'pieces', title: 'Pieces' },
  { id: 'peers', title: 'Peers' },
  { id: 'fairness', title: 'Fairness' },
  { id: 'network', title: 'Network' },
  { id: 'tables', title: 'Tables' },
] as const;

export type ReportPart = (typeof REPORT_PARTS)[number]['id'];

/** What every chart is given. */
export interface ReportContext {
  readonly model: ReportModel;
  readonly selection: Selection;
  readonly clock: PlayClock;
  readonly tip: Tip;
  /** Says a sentence to those who do not see the page; the last one within a moment counts. */
  announce(text: string): void;
}

/** A place where an expectation failed. */
export interface Violation {
  /** Index into the verdicts. */
  readonly verdict: number;
  readonly name: string;
  /** Id of the section that shows it. */
  readonly chart: string;
  /** Undefined for what was judged at the end. */
  readonly timeUs: number | undefined;
  readonly peer: number | undefined;
  readonly piece: number | undefined;
}

export interface ChartContext extends ReportContext {
  readonly id: string;
  readonly title: string;
  /** Where expectations failed that this chart shows; drawn by `drawTimeCursor`. */
  readonly violations: readonly Violation[];
  /** Draws this chart anew, because a control of its own was changed. */
  redraw(): void;
}

/** Moves what is laid over a drawing: the line of the instant, the mark of a piece. Cheap. */
export type Follow = (selected: Selected, changed: ReadonlySet<SelectionPart>) => void;
/** Draws everything for the page's current width and colours and for the selection. */
export type Draw = () => Follow | undefined;

export interface ChartSection {
  /** Lower-case letters and dashes: the anchor of the figure, the name of its downloads. Never changes. */
  readonly id: string;
  readonly part: Exclude<ReportPart, 'answer'>;
  readonly title: string;
  /** Whether this run has anything to show here; by default it has. */
  appliesTo?(model: ReportModel): boolean;
  /** One sentence, or two: what the picture shows in this run, with its numbers. */
  reading(model: ReportModel): string;
  /** What is shown and how it is defined. */
  definition(model: ReportModel): string;
  /** The quantities drawn with their units: "copies (number) over virtual time (s)". */
  readonly units: string;
  /** Every number that is drawn; in the page a dozen of its rows, all of them in the download. */
  table(model: ReportModel): ChartTable;
  /** Metrics of expectations that this chart shows (`piece.availability`): where one failed, the verdict leads here. */
  readonly shows?: readonly string[];
  /** Parts of the selection for which it is drawn anew; `range` and `peers` where not given. */
  readonly redrawOn?: readonly SelectionPart[];
  prepare(host: HTMLElement, context: ChartContext): Draw;
}

export const REDRAW_ON: readonly SelectionPart[] = ['range', 'peers'];
