/**
 * The page script of sweeps and comparisons: reads the data that the HTML carries and draws it. Charts are drawn again
 * when the width or the colours of the page change; nothing is fetched and nothing is stored.
 */
import { drawCellMeans } from '../charts/cell-means.ts';
import { drawCompletionOverlay } from '../charts/completion-overlay.ts';
import { drawKeys } from '../charts/keys.ts';
import { drawDifferences } from '../charts/paired-differences.ts';
import { groupColour } from '../charts/theme.ts';
import { createTip, type Tip } from '../charts/tip.ts';
import { formatValue } from '../charts/value-format.ts';
import { element, table } from '../report/elements.ts';
import type { CompareModel } from './model.ts';
import { createRace } from './race.ts';

/** Places with a picture of their own. */
const OVERLAYS_MOST = 6;
/** About the width of an A4 or letter page between its margins. */
const PAPER_WIDTH = '720px';

interface Chart {
  readonly node: HTMLElement;
  draw(): void;
}

function chartsOf(model: CompareModel, tip: Tip): Chart[] {
  const places = model.places.slice(0, OVERLAYS_MOST);
  const overlays = places.flatMap((place, index) =>
    model.curves.some((mark) => mark.place === index)
      ? [
          chart(model, {
            title: place === '' ? 'Download times' : `Download times: ${place}`,
            caption:
              'Share of downloaders that had everything within so much time of their arrival. Bold: the median of the runs, share by share. Thin: single runs.',
            draw: (host) => drawCompletionOverlay(host, model, index, tip),
          }),
        ]
      : [],
  );
  const metrics = model.metrics.flatMap(({ words }, metric) => {
    const charts: Chart[] = [];
    if (model.means.some((mark) => mark.metric === metric)) {
      charts.push(
        chart(model, {
          title: sentence(words),
          caption:
            "Means of all runs of a cell, with 95 % intervals by Student's t; each pale dot is a run, so that the row shows how far seeds spread the value. One run has no interval.",
          table: meansTable(model, metric),
          draw: (host) => drawCellMeans(host, model, metric, tip),
        }),
      );
    }
    if (model.differences.some((mark) => mark.metric === metric)) {
      const against = model.series[model.differences.find((mark) => mark.metric === metric)?.against ?? 0];
      charts.push(
        chart(model, {
          title: `${sentence(words)}: difference from ${against}`,
          caption:
            'Each pale dot is a pair of runs with one seed; the large one is their mean, with its 95 % interval. It is filled where the difference is no matter of chance: p below 5 % after Holm, over all comparisons of this page.',
          draw: (host) => drawDifferences(host, model, metric, tip),
        }),
      );
    }
    return charts;
  });
  return [...overlays, ...metrics];
}

function chart(
  model: CompareModel,
  {
    title,
    caption,
    table: numbers,
    draw,
  }: {
    readonly title: string;
    readonly caption: string;
    readonly table?: HTMLElement;
    draw(host: HTMLElement): void;
  },
): Chart {
  const host = element('div', { className: 'chart' }, []);
  const keys = element('div', { className: 'keys' }, []);
  drawKeys(
    keys,
    model.series.map((text, index) => ({ colour: groupColour(index), text, thin: false })),
  );
  const node = element('figure', {}, [
    element('h2', {}, [title]),
    keys,
    host,
    element('figcaption', {}, [caption]),
    ...(numbers === undefined
      ? []
      : [element('details', {}, [element('summary', {}, ['as a table']), numbers])]),
  ]);
  return { node, draw: () => draw(host) };
}

function meansTable(model: CompareModel, metric: number): HTMLElement {
  const unit = model.metrics[metric]?.unit ?? 'plain';
  const rows = model.means
    .filter((mark) => mark.metric === metric)
    .map(({ place, series, n, mean, low, high, runs, deviation }) => [
      [model.series[series], model.places[place]].filter(Boolean).join(', '),
      String(n),
      formatValue(mean, unit),
      low === null ? '–' : formatValue(low, unit),
      high === null ? '–' : formatValue(high, unit),
      deviation === null ? '–' : formatValue(deviation, unit),
      ...[0, 0.25, 0.5, 0.75, 1].map((share) => formatValue(at(runs, share), unit)),
    ]);
  return table(
    'means',
    ['', 'runs', 'mean', 'from', 'to', 'deviation', 'least', '25 %', 'median', '75 %', 'most'],
    rows,
    1,
  );
}

/** Of values in ascending order: the one at this share of them; between two, on the straight line. */
function at(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/,$/, '');
}

function headOf(model: CompareModel): HTMLElement[] {
  const nodes: HTMLElement[] = [
    element('p', { className: 'eyebrow' }, [model.eyebrow]),
    element('h1', {}, [model.title]),
    ...model.notes.map((note) => element('p', { className: 'lead' }, [note])),
  ];
  const { findings, headlines } = model;
  if (headlines > 0) nodes.push(findingsTable(findings.slice(0, headlines)));
  if (findings.length > headlines) {
    const more = findings.length - headlines;
    nodes.push(
      element('details', {}, [
        element('summary', {}, [`${more} more ${more === 1 ? 'comparison' : 'comparisons'}`]),
        findingsTable(findings.slice(headlines)),
      ]),
    );
  }
  if (model.constant.length > 0) {
    nodes.push(element('p', { className: 'note' }, [`The same everywhere: ${model.constant.join('; ')}.`]));
  }
  if (model.command !== null) {
    nodes.push(
      element('div', { className: 'replay' }, [
        element('span', { className: 'label' }, ['Repeat this sweep']),
        element('pre', {}, [model.command]),
      ]),
    );
  }
  if (model.placesLeft > 0) {
    nodes.push(
      element('p', { className: 'note' }, [`${model.placesLeft} more combinations are in the tables only.`]),
    );
  }
  return nodes;
}

function findingsTable(findings: CompareModel['findings']): HTMLElement {
  const rows = findings.map(({ text, verdict }) => [verdict, text]);
  const box = table('verdicts', ['Verdict', 'Finding'], rows);
  for (const [index, { verdict }] of findings.entries()) {
    const cell = box.querySelectorAll('tbody tr')[index]?.firstElementChild;
    cell?.classList.add('outcome');
    if (verdict === 'better') cell?.classList.add('held');
    if (verdict === 'worse') cell?.classList.add('failed');
  }
  return box;
}

function start(): void {
  const root = document.getElementById('report');
  if (root === null) return;
  const model = JSON.parse(document.getElementById('report-data')?.textContent ?? '') as CompareModel;
  const charts = chartsOf(model, createTip());
  const race = model.race === undefined ? undefined : createRace(model.race);
  root.replaceChildren(
    ...headOf(model),
    ...(race === undefined ? [] : [race.node]),
    ...charts.map(({ node }) => node),
    element('footer', {}, [`swarmlab ${model.version}`]),
  );
  const drawAll = (): void => {
    race?.layOut();
    for (const each of charts) each.draw();
  };
  let drawnWidth = root.clientWidth;
  window.addEventListener('resize', () => {
    if (root.clientWidth === drawnWidth) return;
    drawnWidth = root.clientWidth;
    requestAnimationFrame(drawAll);
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  // Before paper is laid out, charts are drawn in light colours, and for a width at which their text stays readable.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset.print = '';
    root.style.maxWidth = PAPER_WIDTH;
    drawAll();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset.print;
    root.style.maxWidth = '';
    drawAll();
  });
  drawAll();
  document.documentElement.dataset.ready = '';
}

start();
