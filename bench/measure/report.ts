/**
 * The report of a large run: how long it takes to make and write, how large it is, and, where there is a Chromium, how
 * long it takes to open from disk and how many frames a second its time slider gives.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Trace } from '../../src/trace/trace.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import { measurePlan, planOf, type SwarmSize, swarmScenario } from './swarm.ts';

export interface ReportMeasurement {
  readonly peers: number;
  readonly contentMiB: number;
  /** From the finished trace to the file on disk. */
  readonly writeSeconds: number;
  readonly bytes: number;
}

export interface ReportInBrowser {
  /** From the wish to open it to the page that says that it is drawn. */
  readonly openSeconds: number;
  /** While the slider of the map moves a step in every frame. A browser shows 60 at most. */
  readonly framesPerSecond: number;
}

/** As in the browser tests. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'];
const OPEN_DEADLINE_MS = 120_000;

/** A frame is over when the next one begins, so what it draws counts. */
const SLIDE = `new Promise((done) => {
  const slider = document.querySelector('figure[data-chart=map] input[type=range]');
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const begun = performance.now();
  let frames = 0;
  const next = () => {
    const seconds = (performance.now() - begun) / 1000;
    if (seconds >= 3) return done(frames / seconds);
    slider.value = String(low + (high - low) * seconds / 3);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    frames++;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})`;

export async function measureReport(size: SwarmSize): Promise<ReportMeasurement & Partial<ReportInBrowser>> {
  const { trace } = measurePlan(planOf(swarmScenario(size)), size);
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-bench-'));
  try {
    const path = join(folder, 'report.html');
    const start = performance.now();
    writeFileSync(path, reportPage(trace));
    const writeSeconds = (performance.now() - start) / 1000;
    const { peers, contentMiB } = size;
    const written = { peers, contentMiB, writeSeconds, bytes: statSync(path).size };
    if (existsSync(CHROMIUM)) return { ...written, ...(await open(path, join(folder, 'profile'))) };
    process.stderr.write(`no ${CHROMIUM}: set CHROMIUM_PATH to measure the report in a browser\n`);
    return written;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportPage(trace: Trace): string {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'report.js');
  return renderReportHtml({
    title: 'bench',
    scriptText: readFileSync(script, 'utf8'),
    data: buildReportModel(trace, {
      title: 'bench',
      description: '',
      replayCommand: 'npm run bench -- report',
      version: 'bench',
      network: 'simulated network',
      laws: [],
      verdicts: [],
    }),
  });
}

async function open(path: string, profile: string): Promise<ReportInBrowser> {
  const { chromium } = await import('playwright-core');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGUMENTS,
  });
  try {
    const page = await context.newPage();
    await page.setViewportSize({ width: 1280, height: 900 });
    const start = performance.now();
    await page.goto(pathToFileURL(path).href, { timeout: OPEN_DEADLINE_MS });
    await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: OPEN_DEADLINE_MS });
    const openSeconds = (performance.now() - start) / 1000;
    return { openSeconds, framesPerSecond: await page.evaluate<number>(SLIDE) };
  } finally {
    await context.close();
  }
}
