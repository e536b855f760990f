/**
 * The downloads of a chart: SVG and PNG in light colours for paper, CSV with all of its numbers. Everything is made in the
 * page, when it is asked for.
 */
import { save, toPng } from '../export/save.ts';
import { composeSvg, serialize } from '../export/standalone-svg.ts';
import { csvOf } from './chart-table.ts';
import { element } from './elements.ts';
import type { ChartContext, ChartSection } from './section.ts';

/** Dots of a PNG for each pixel of the page. */
const PNG_SCALE = 2;

/** @param host the chart */
export function renderDownloads(
  section: ChartSection,
  host: HTMLElement,
  context: ChartContext,
): HTMLElement {
  const { model } = context;
  const name = `${fileName(model.scenario)}-${model.seed}-${section.id}`;
  const svg = (): SVGSVGElement =>
    onPaper(context, () =>
      composeSvg(host, {
        title: section.title,
        origin: `${model.scenario}, seed ${model.seed} · swarmlab ${model.info.version} · digest ${model.digest}`,
      }),
    );
  const list = element('div', { className: 'choices' }, []);
  const menu = element('details', { className: 'menu' }, [element('summary', {}, ['Download']), list]);
  const choice = (label: string, make: () => Promise<Blob> | Blob, ending: string): void => {
    const button = element('button', {}, [label]);
    button.type = 'button';
    button.dataset.download = ending;
    button.setAttribute('aria-label', `Download ${section.title} as ${label}`);
    button.addEventListener('click', async () => {
      menu.open = false;
      menu.querySelector('summary')?.focus();
      try {
        save(`${name}.${ending}`, await make());
        context.announce(`${name}.${ending} saved.`);
      } catch (error) {
        context.announce(`Not saved: ${error instanceof Error ? error.message : 'unknown'}. Try the SVG.`);
      }
    });
    list.append(button);
  };
  choice('SVG picture', () => new Blob([serialize(svg())], { type: 'image/svg+xml' }), 'svg');
  choice(
    'PNG picture',
    () => {
      const made = svg();
      const { width, height } = made.viewBox.baseVal;
      return toPng(serialize(made), width, height, PNG_SCALE);
    },
    'png',
  );
  choice('CSV table', () => new Blob([csvOf(section.table(model))], { type: 'text/csv' }), 'csv');
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  menu.addEventListener('focusout', (event) => {
    if (!menu.contains(event.relatedTarget as Node | null)) menu.open = false;
  });
  return menu;
}

/** Draws the chart as on paper, takes what is asked for, and draws it as it was. */
function onPaper<Result>({ redraw }: ChartContext, take: () => Result): Result {
  document.documentElement.dataset.print = '';
  try {
    redraw();
    return take();
  } finally {
    delete document.documentElement.dataset.print;
    redraw();
  }
}

function fileName(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-').slice(0, 80) || 'run';
}
