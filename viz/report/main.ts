/**
 * The page script of a report: reads the data that the HTML carries and draws everything. Charts are drawn again when
 * the width or the colours of the page change; nothing is fetched and nothing is stored.
 */
import { drawCompletionCurve } from '../charts/completion-curve.ts';
import { drawCopiesHeatMap } from '../charts/copies-heat-map.ts';
import { drawCopiesOverTime } from '../charts/copies-over-time.ts';
import { formatDuration, formatNumber } from '../charts/format.ts';
import { createPeerPieceMap } from '../charts/peer-piece-map.ts';
import { drawPopulation } from '../charts/population.ts';
import { createPresenceStrips } from '../charts/presence-strips.ts';
import { createTip, type Tip } from '../charts/tip.ts';
import { drawUploadUse } from '../charts/upload-use.ts';
import { completionTable, copiesTable, populationTable, useTable } from './chart-tables.ts';
import { element, table } from './elements.ts';
import { renderHappened } from './happened.ts';
import type { ReportModel } from './model.ts';
import { everyNth } from './peer-words.ts';
import {
  readCompletion,
  readCopies,
  readGrid,
  readMap,
  readPopulation,
  readPresence,
  readUse,
} from './readings.ts';
import { renderSummary } from './summary.ts';

interface ChartSection {
  readonly id: string;
  readonly title: string;
  readonly reading: string;
  /** What is shown, how it is defined, in which unit. */
  readonly definition: string;
  readonly table?: HTMLElement;
  /** Prepares the chart in its place; the result draws it. */
  prepare(host: HTMLElement): () => void;
}

function sections(model: ReportModel, tip: Tip): ChartSection[] {
  const { grid, map } = model;
  const folded =
    grid.piecesPerRow > 1
      ? ` A row stands for ${grid.piecesPerRow} neighbouring pieces and shows the rarest of them; so does a line of the screen that covers several rows.`
      : '';
  const left = [
    ...(map.peerStride > 1 ? [`${everyNth(map.peerStride)} peer of a group`] : []),
    ...(map.pieceStride > 1 ? [`${everyNth(map.pieceStride)} piece`] : []),
  ];
  const thinned = left.length > 0 ? ` Only ${left.join(' and ')} is shown.` : '';
  const { peerStride } = model.presence;
  const strips =
    (peerStride > 1 ? ` Only ${everyNth(peerStride)} peer of a group is shown.` : '') +
    (model.presence.peers.length > 420
      ? ' There are more strips than lines of the picture: a line shows the mean colour of the strips that it covers.'
      : '');
  const { population } = model;
  const away = `${population.away.some((count) => count > 0) ? '; on top those that are switched off or crashed and have not left for good' : ''}${population.capped.some((count) => count > 0) ? '. The line counts present peers whose data cap is used up' : ''}`;
  const steps =
    population.stride > 1
      ? ` Of all changes ${everyNth(population.stride)} is drawn, and the largest crowd; counts named at an instant are those of the last change drawn.`
      : '';
  const rest =
    model.shownUs < model.endUs
      ? ` Not shown: the rest of the run until ${formatDuration(model.endUs)}, when nobody needed a piece any more.`
      : '';
  return [
    {
      id: 'copies',
      title: 'Copies per piece',
      reading: readCopies(model),
      definition:
        'Copies: how many present peers hold a piece, verified; those that misbehave do not count. The band runs from the rarest to the most common piece, the lines are the rarest, the mean and the most common. A peer that leaves takes its copies along.' +
        rest,
      table: copiesTable(model),
      prepare: (host) => () => drawCopiesOverTime(host, model, tip),
    },
    {
      id: 'heat',
      title: 'Every piece over time',
      reading: readGrid(model),
      definition: `Each row is a piece, each column a slice of time of ${formatSlice(grid.sliceUs)}; colour is the number of present peers that hold the piece at the end of the slice.${folded}`,
      prepare: (host) => () => drawCopiesHeatMap(host, model, tip),
    },
    {
      id: 'map',
      title: 'Who holds what',
      reading: readMap(model),
      definition: `Each row is a peer, in order of arrival or completion within its group; each column is a piece. A piece counts as held once its hash was checked, and as given by the peer that sent its last block. Rows are blank before a peer arrives and faded while it is away and after it left.${thinned}`,
      prepare: (host) => createPeerPieceMap(host, model, tip),
    },
    {
      id: 'completion',
      title: 'Completion',
      reading: readCompletion(model),
      definition:
        'Share of the downloaders that hold every piece. Dashed: the lower bound, payload only. The k-th downloader can be done no sooner than the seeds can send the file once, than its own downlink can take it in, and than all uplinks present by then can send k files. For a crowd that arrives at once the last point is max(F/u_s, F/d_min, N·F/(u_s + Σu)).',
      table: completionTable(model),
      prepare: (host) => () => drawCompletionCurve(host, model, tip),
    },
    {
      id: 'use',
      title: 'Use of uplinks',
      reading: readUse(model),
      definition:
        'Payload sent by the peers of a group, on average over a slice of time. Dashed: what the uplinks of its present members could have carried in it, at the rates that timetables, data caps and faults left them. Headers and control messages are not counted, so a full line shows a little under its rate; a block counts when it is handed to its stream, so a slice may show more.',
      table: useTable(model),
      prepare: (host) => () => drawUploadUse(host, model, tip),
    },
    {
      id: 'presence',
      title: 'Who is there when',
      reading: readPresence(model),
      definition: `Each row is a peer, in order of arrival within its group. A full strip: it is there; a thin line: it is switched off or has crashed and may come back; nothing: it has not come yet, or has left for good.${strips}`,
      prepare: (host) => createPresenceStrips(host, model, tip),
    },
    {
      id: 'population',
      title: 'Population',
      reading: readPopulation(model),
      definition: `Present peers that hold every piece (seeds) and that do not (leechers), stacked${away}.${steps}`,
      table: populationTable(model),
      prepare: (host) => () => drawPopulation(host, model, tip),
    },
  ];
}

function formatSlice(sliceUs: number): string {
  const seconds = sliceUs / 1e6;
  return `${seconds < 10 ? seconds.toFixed(2) : Math.round(seconds)} s`;
}

function renderSection(section: ChartSection, number: number): { node: HTMLElement; draw: () => void } {
  const host = element('div', { className: 'chart' }, []);
  const title = element('h2', { id: `title-${section.id}` }, [section.title]);
  const caption = element('figcaption', {}, [`Figure ${number}. ${section.definition}`]);
  const figure = element('figure', {}, [
    title,
    element('p', { className: 'reading' }, [section.reading]),
    host,
    caption,
  ]);
  figure.dataset.chart = section.id;
  figure.setAttribute('aria-labelledby', title.id);
  if (section.table !== undefined) {
    const details = element('details', {}, [element('summary', {}, ['Numbers']), section.table]);
    figure.append(details);
  }
  return { node: figure, draw: section.prepare(host) };
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

/** About the width of an A4 or letter page between its margins. */
const PAPER_WIDTH = '720px';

function start(): void {
  const data = document.getElementById('report-data')?.textContent ?? '';
  const root = document.getElementById('report');
  if (root === null) return;
  const model = JSON.parse(data) as ReportModel;
  const charts = sections(model, createTip()).map((section, index) => renderSection(section, index + 1));
  const happened = renderHappened(model);
  root.replaceChildren(
    ...renderSummary(model),
    ...(happened === undefined ? [] : [happened]),
    ...charts.map((chart) => chart.node),
    ...renderLaws(model),
    renderFooter(model),
  );

  const drawAll = (): void => {
    for (const chart of charts) chart.draw();
  };
  let drawnWidth = root.clientWidth;
  let pending = false;
  window.addEventListener('resize', () => {
    if (pending || root.clientWidth === drawnWidth) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      drawnWidth = root.clientWidth;
      drawAll();
    });
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
