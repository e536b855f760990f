/** Panels that hold nothing but curves of cumulative shares, with one legend for all of them. */
import type { ChartContext } from '../report/section.ts';
import { type Curve, drawDistributions, durationAxis, legendOf, shareAxis } from './distributions.ts';
import { createPanels } from './panels.ts';

export interface CurvePanel {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Below the axis. */
  readonly axis: string;
  readonly of: 'durations' | 'shares';
  /** Above the left axis. */
  readonly whose: string;
}

export function drawCurvePanels(
  host: HTMLElement,
  { tip }: ChartContext,
  label: string,
  panels: readonly CurvePanel[],
): undefined {
  const seen = new Set<string>();
  const legend = panels
    .flatMap(({ curves }) => legendOf(curves))
    .filter(({ text }) => !seen.has(text) && seen.add(text));
  const frames = createPanels(host, {
    label,
    height: panels.length > 1 ? 230 : 260,
    titles: panels.map(({ title }) => title),
    margin: { top: 26, right: 8, bottom: 48, left: 52 },
    legend: legend.length > 1 ? legend : [],
  });
  for (const [index, { curves, axis, of, whose }] of panels.entries()) {
    const frame = frames[index];
    if (frame === undefined) continue;
    const values = curves.flatMap(({ distribution }) => [...distribution.values]);
    if (of === 'shares')
      drawDistributions(frame, shareAxis(frame, axis), curves, whose, tip, (value) => `at most ${value}`);
    else drawDistributions(frame, durationAxis(values, [0, frame.width], axis, 52), curves, whose, tip);
  }
  return undefined;
}
