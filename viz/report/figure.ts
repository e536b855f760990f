/** The figure of a chart: heading, downloads, reading, the chart itself, its definition, its numbers. */
import { renderTable, renderTableNote } from './chart-table.ts';
import { renderDownloads } from './downloads.ts';
import { element } from './elements.ts';
import type { ChartContext, ChartSection } from './section.ts';
import type { StagedChart } from './stage.ts';

export function renderFigure(section: ChartSection, number: number, context: ChartContext): StagedChart {
  const { model } = context;
  const host = element('div', { className: 'chart' }, []);
  const title = element('h3', { id: `title-${section.id}` }, [section.title]);
  const caption = element('figcaption', {}, [keepUnits(`Figure ${number}. ${section.definition(model)}`)]);
  const figure = element('figure', { id: section.id }, [
    element('div', { className: 'head' }, [title, renderDownloads(section, host, context)]),
    element('p', { className: 'reading', id: `reading-${section.id}` }, [keepUnits(section.reading(model))]),
    host,
    caption,
    renderNumbers(section, context),
  ]);
  figure.dataset.chart = section.id;
  figure.setAttribute('aria-labelledby', title.id);
  figure.setAttribute('aria-describedby', `reading-${section.id}`);
  return { node: figure, draw: section.prepare(host, context), redrawOn: section.redrawOn };
}

/** No line ends between a number and its unit. */
function keepUnits(text: string): string {
  return text.replaceAll(/(\d) (?=(?:%|[KMGT]?i?B|[kMG]?bit\/s)(?:\W|$))/g, '$1\u00a0');
}

/** The table is made when it is first opened: some have a million rows, and most are never looked at. */
function renderNumbers(section: ChartSection, { model }: ChartContext): HTMLElement {
  const details = element('details', { className: 'numbers' }, [
    element('summary', {}, [`Numbers: ${section.units}`]),
  ]);
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    const numbers = section.table(model);
    details.append(renderTable(numbers), renderTableNote(numbers));
  });
  return details;
}
