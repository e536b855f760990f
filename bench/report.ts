/**
 * The report of a large run: how long it takes to write, how large it is, how long Chromium takes to show it, and how many
 * frames a second it draws while the slider of time is dragged through the run, with the chart on the screen that takes most. The run is a real one or made up (`large-trace.ts`).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Trace } from '../src/trace/trace.ts';
import { buildReportModel } from '../viz/report/build-model.ts';
import { renderReportHtml } from '../viz/report/html.ts';
import { ChromiumPage, findChromium } from './chromium-page.ts';
import { type LargeTraceOptions, largeTrace } from './large-trace.ts';

export interface ReportOptions {
  /** The page script of the report, as built: the text of dist/report.js. */
  readonly scriptText: string;
  /** Where to leave the report; by default it is removed. */
  readonly keepAs?: string;
}

export interface ReportMeasurement {
  /** From the finished trace to the file. */
  readonly writeSeconds: number;
  readonly bytes: number;
  /** From navigation until every figure is drawn and a frame was shown; undefined where there is no Chromium. */
  readonly openSeconds: number | undefined;
  /** While the slider moves through the whole run, where fewest are drawn; the screen refreshes 60 times a second. */
  readonly framesPerSecond: number | undefined;
  /** Memory of the page's JavaScript after that. */
  readonly pageHeapBytes: number | undefined;
}

const DRAG_MS = 2500;
/** The charts before which the slider is dragged: whole pictures that change with time, and one with a line alone. */
const DRAG_AT = ['map', 'swarm', 'copies'];

/** Of a run that is made up. */
export function measureReport(options: ReportOptions & LargeTraceOptions): Promise<ReportMeasurement> {
  return measureReportOf(largeTrace(options), options);
}

export async function measureReportOf(trace: Trace, options: ReportOptions): Promise<ReportMeasurement> {
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-bench-report-'));
  const path = options.keepAs ?? join(folder, 'report.html');
  try {
    const start = performance.now();
    const model = buildReportModel(trace, {
      title: trace.header.scenario,
      description: `${trace.header.peers.length} peers, ${trace.header.torrent.pieceCount} pieces.`,
      verdicts: [],
      replayCommand: 'npm run bench',
      version: '0.0.0',
      network: 'simulated network',
    });
    const html = renderReportHtml({
      title: trace.header.scenario,
      scriptText: options.scriptText,
      data: model,
    });
    writeFileSync(path, html);
    const writeSeconds = (performance.now() - start) / 1000;
    return { writeSeconds, bytes: Buffer.byteLength(html), ...(await measurePage(path)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type PageMeasurement = Pick<ReportMeasurement, 'openSeconds' | 'framesPerSecond' | 'pageHeapBytes'>;

async function measurePage(path: string): Promise<PageMeasurement> {
  const executable = findChromium();
  if (executable === undefined) {
    return { openSeconds: undefined, framesPerSecond: undefined, pageHeapBytes: undefined };
  }
  const page = await ChromiumPage.start(executable);
  try {
    await page.navigate(pathToFileURL(path).href);
    const openMs = await page.evaluate<number>(`(${waitUntilShown})()`);
    let framesPerSecond = Number.POSITIVE_INFINITY;
    for (const chart of DRAG_AT) {
      const frames = await page.evaluate<number>(`(${dragSlider})('${chart}', ${DRAG_MS})`);
      framesPerSecond = Math.min(framesPerSecond, frames);
    }
    const pageHeapBytes = await page.evaluate<number>('performance.memory.usedJSHeapSize');
    return { openSeconds: openMs / 1000, framesPerSecond, pageHeapBytes };
  } finally {
    await page.close();
  }
}

/** Runs in the page: milliseconds from navigation until the report is drawn and has been shown. */
const waitUntilShown = `() => new Promise((done) => {
  const look = () => {
    if (document.documentElement?.dataset.ready === undefined) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  };
  look();
})`;

/** Runs in the page: frames a second while the slider goes from the start of the run to its end. */
const dragSlider = `(chart, forMs) => new Promise((done) => {
  const slider = document.querySelector('#time');
  document.querySelector('figure[data-chart=' + chart + '] .chart').scrollIntoView();
  let frames = 0;
  let startMs;
  const frame = (nowMs) => {
    startMs ??= nowMs;
    const share = (nowMs - startMs) / forMs;
    slider.value = String(Number(slider.max) * Math.min(1, share));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    if (share >= 1) return done((frames * 1000) / (nowMs - startMs));
    frames++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;
