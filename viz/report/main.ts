/**
 * The page script of a report: reads the data that the HTML carries and puts the page together. Charts come from the
 * registry, share one selection and one clock, and are drawn by the stage; nothing is fetched and nothing is stored.
 */
import { formatNumber } from '../charts/format.ts';
import { createTip } from '../charts/tip.ts';
import { createAnnouncer } from './announcer.ts';
import { renderContents } from './contents.ts';
import { element, table } from './elements.ts';
import { renderFigure } from './figure.ts';
import { renderHappened } from './happened.ts';
import type { ReportModel } from './model.ts';
import { PlayClock } from './play-clock.ts';
import { sectionsOf } from './registry.ts';
import { exposeReport } from './report-hook.ts';
import { type ChartSection, REPORT_PARTS, type ReportContext, type Violation } from './section.ts';
import { Selection } from './selection.ts';
import { Stage } from './stage.ts';
import { renderSummary } from './summary.ts';
import { createTimeBar } from './time-bar.ts';
import { findViolations } from './violations.ts';

/** About the width of an A4 or letter page between its margins. */
const PAPER_WIDTH = '720px';
/** Nothing is drawn for less. */
const NARROWEST = 200;
/** The share of all deliveries by which pictures of one instant show most. */
const TELLING_SHARE = 0.4;

/** The instant that says most when nobody moves the slider. */
function tellingInstant({ copies, shownUs }: ReportModel): number {
  const most = Math.max(0, ...copies.mean);
  const slice = copies.mean.findIndex((mean) => mean >= most * TELLING_SHARE);
  return slice < 0 ? shownUs : (slice + 1) * copies.sliceUs;
}

function renderParts(
  sections: readonly ChartSection[],
  stage: Stage,
  context: ReportContext,
  violations: readonly Violation[],
): HTMLElement[] {
  let number = 0;
  return REPORT_PARTS.flatMap(({ id, title }) => {
    const own = sections.filter(({ part }) => part === id);
    if (own.length === 0) return [];
    const heading = element('h2', { id: `part-${id}` }, [title]);
    const figures = own.map((section) => {
      number++;
      const figure = renderFigure(section, number, {
        ...context,
        id: section.id,
        title: section.title,
        violations: violations.filter(({ chart }) => chart === section.id),
        redraw: () => stage.redraw(figure.node),
      });
      stage.add(figure);
      return figure.node;
    });
    const part = element('section', { className: 'part' }, [heading, ...figures]);
    part.setAttribute('aria-labelledby', heading.id);
    return [part];
  });
}

/** How to read on: what the charts have in common. */
function renderGuide(): HTMLElement {
  return element('div', { className: 'guide' }, [
    element('p', {}, [
      'All charts share one time and one selection. Drag across a chart of time to see only that part of the run, in all charts; click to go to an instant, a peer or a piece.',
    ]),
    element('details', {}, [
      element('summary', {}, ['More ways, and keys']),
      element('ul', {}, [
        element('li', {}, [
          'The bar at the foot of the page plays the run, and steps to what happens next (n) or happened before (p).',
        ]),
        element('li', {}, [
          'Tab leads from chart to chart. Arrow keys move through time, and from row to row where there are any; what is there is said to screen readers.',
        ]),
        element('li', {}, [
          'Shift with an arrow key marks a part of the run, Enter shows it alone, Escape shows everything again. So does a double click.',
        ]),
        element('li', {}, [
          '“Download” beside a title gives the chart as SVG or PNG, in light colours, and all of its numbers as CSV.',
        ]),
      ]),
    ]),
  ]);
}

/** What was checked all the time: folded, since in a report that exists all of it held. */
function renderLaws({ info }: ReportModel): HTMLElement[] {
  const laws = info.laws ?? [];
  if (laws.length === 0) return [];
  const facts = laws.reduce((sum, { evaluations }) => sum + evaluations, 0);
  const rows = laws.map(({ name, evaluations }) => [name, formatNumber(evaluations, 0)]);
  const summary = `${laws.length} laws of the simulation held all the time; ${formatNumber(facts, 0)} facts were looked at`;
  const list = table('laws', ['law', 'facts looked at'], rows, 1);
  return [element('details', { id: 'laws' }, [element('summary', {}, [summary]), list])];
}

function renderFooter(model: ReportModel): HTMLElement {
  return element('footer', {}, [
    `swarmlab ${model.info.version} · trace digest `,
    element('code', {}, [model.digest]),
    ' · equal digests mean equal runs',
  ]);
}

/** Draws everything again for another width, other colours, and paper. */
function watchPage(root: HTMLElement, stage: Stage): void {
  let drawnWidth = root.clientWidth;
  let pending = false;
  window.addEventListener('resize', () => {
    // A window that is being opened or captured may be a pixel wide for a moment.
    if (pending || root.clientWidth === drawnWidth || root.clientWidth < NARROWEST) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      if (root.clientWidth < NARROWEST) return;
      drawnWidth = root.clientWidth;
      stage.drawAll();
    });
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => stage.drawAll());
  // Before paper is laid out, charts are drawn in light colours, and for a width at which their text stays readable.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.print = '';
    root.style.maxWidth = PAPER_WIDTH;
    stage.drawAll();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.print;
    root.style.maxWidth = '';
    stage.drawAll();
  });
}

async function start(): Promise<void> {
  const data = document.getElementById('report-data')?.textContent ?? '';
  const root = document.getElementById('report');
  if (root === null) return;
  const model = JSON.parse(data) as ReportModel;
  const sections = sectionsOf(model);
  const violations = findViolations(model, sections);
  const { endUs, shownUs } = model;
  const selection = new Selection({ endUs, shownUs, instantUs: tellingInstant(model) });
  const clock = new PlayClock(selection, (frame) => requestAnimationFrame(frame));
  const context: ReportContext = {
    model,
    selection,
    clock,
    tip: createTip(),
    announce: createAnnouncer(),
  };
  const stage = new Stage(selection);
  const happened = renderHappened(model);
  const answer = element(
    'section',
    { className: 'answer', id: 'part-answer' },
    renderSummary(context, violations),
  );
  root.replaceChildren(
    answer,
    ...(happened === undefined ? [] : [happened]),
    renderGuide(),
    ...renderParts(sections, stage, context, violations),
    ...renderLaws(model),
    renderFooter(model),
  );
  root.before(renderContents(sections, happened !== undefined));
  root.after(createTimeBar(context, violations).node);
  exposeReport(model, sections, selection, stage, violations);
  watchPage(root, stage);
  await stage.drawInTurn();
  document.documentElement.dataset.ready = '';
}

void start();
