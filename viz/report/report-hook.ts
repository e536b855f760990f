/**
 * `window.swarmlabReport`: what the page shows, for programs that read it (tests, notebooks). It changes nothing.
 */
import { csvOf } from './chart-table.ts';
import type { ReportModel } from './model.ts';
import type { ChartSection, Violation } from './section.ts';
import type { Selected, Selection } from './selection.ts';
import type { Stage } from './stage.ts';

export interface ReportHook {
  readonly charts: readonly { readonly id: string; readonly title: string; readonly part: string }[];
  /** The CSV of a chart's download; undefined where there is no such chart. */
  csv(chart: string): string | undefined;
  readonly selected: Selected;
  readonly violations: readonly Violation[];
  /** Brings the charts that are out of view up to date with the selection now, and not in a moment. */
  settle(): void;
}

export function exposeReport(
  model: ReportModel,
  sections: readonly ChartSection[],
  selection: Selection,
  stage: Stage,
  violations: readonly Violation[],
): void {
  const hook: ReportHook = {
    charts: sections.map(({ id, title, part }) => ({ id, title, part })),
    csv(chart) {
      const section = sections.find(({ id }) => id === chart);
      return section && csvOf(section.table(model));
    },
    get selected() {
      return selection.selected;
    },
    violations,
    settle: () => stage.settle(),
  };
  Object.defineProperty(window, 'swarmlabReport', { value: Object.freeze(hook) });
}
