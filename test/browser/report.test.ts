/** The report in a real browser: opened from disk, drawn without complaint, its numbers those of the metrics. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { foldAvailability } from '../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { foldPeerTimes, sortedPresent } from '../../src/trace/metrics/peer-times.ts';
import { EventKind } from '../../src/trace/trace.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import { optionalComponent } from '../support/optional.ts';
import { reportInfo } from '../support/report-info.ts';
import { syntheticTrace } from '../support/synthetic-trace.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const FIGURES = ['copies', 'heat', 'map', 'completion', 'use', 'population'];
const HOSTILE_NAME = '</script><b id="injected">x</b>';

const available = optionalComponent(
  'Chromium for the browser tests',
  existsSync(CHROMIUM),
  'apt-get install chromium, or set CHROMIUM_PATH',
);

describe.skipIf(!available)('report in Chromium', () => {
  const trace = syntheticTrace({ peers: 30, pieces: 64, staySec: 20 });
  const times = foldPeerTimes(trace);
  const model = buildReportModel(trace, reportInfo({ title: HOSTILE_NAME }));
  let folder = '';
  let file = '';
  let browser: BrowserContext;
  const complaints: string[] = [];

  async function openReport(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage();
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) complaints.push(`fetched ${request.url()}`);
    });
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(file);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    return page;
  }

  /** The colour in the middle of a cell of a figure's canvas, given as fractions of its width and height. */
  async function pixel(page: Page, figure: string, x: number, y: number): Promise<string> {
    return page.locator(`figure[data-chart=${figure}] canvas`).evaluate(
      (canvas, [fx, fy]) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const copy = document.createElement('canvas').getContext('2d');
        copy?.drawImage(canvas as HTMLCanvasElement, -Math.floor(width * fx), -Math.floor(height * fy));
        const data = copy?.getImageData(0, 0, 1, 1).data;
        return Array.from(data ?? []).join(',');
      },
      [x, y] as const,
    );
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'swarmlab-report-'));
    const bundle = await build({
      entryPoints: ['viz/report/main.ts'],
      bundle: true,
      format: 'iife',
      minify: true,
      target: 'es2022',
      write: false,
    });
    const html = renderReportHtml({
      title: HOSTILE_NAME,
      scriptText: bundle.outputFiles[0]?.text ?? '',
      data: model,
    });
    const path = join(folder, 'report.html');
    writeFileSync(path, html);
    file = pathToFileURL(path).href;
    browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
    });
  }, 60_000);

  afterEach(async () => {
    for (const page of browser.pages()) await page.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it('draws every figure with a reading, a caption and a name for screen readers', async () => {
    const page = await openReport(1280);
    const figures = page.locator('figure');
    expect(await figures.evaluateAll((all) => all.map((figure) => figure.dataset.chart))).toEqual(FIGURES);
    for (const name of FIGURES) {
      const figure = page.locator(`figure[data-chart=${name}]`);
      expect(await figure.locator('svg[role=img][aria-label]').count()).toBe(1);
      expect((await figure.locator('.reading').textContent())?.length).toBeGreaterThan(20);
      expect(await figure.locator('figcaption').textContent()).toMatch(/^Figure \d\. /);
      expect((await figure.locator('svg').boundingBox())?.height).toBeGreaterThan(150);
    }
  });

  it('shows the verdicts, the replay command and the digest, and reads nothing as markup', async () => {
    const page = await openReport(1280);
    expect(await page.locator('h1').textContent()).toBe(HOSTILE_NAME);
    expect(await page.locator('#injected').count()).toBe(0);
    expect(await page.locator('.verdict').textContent()).toContain('1 of 2 expectations failed');
    expect(await page.locator('td.outcome').allTextContents()).toEqual(['✓ held', '✗ failed']);
    expect(await page.locator('pre').textContent()).toBe('npx swarmlab run synthetic-crowd --seed 1');
    expect(await page.locator('footer code').textContent()).toBe(trace.digest);
  });

  it('draws the numbers of the metrics', async () => {
    const page = await openReport(1280);
    const attribute = async (mark: string, name: string): Promise<number> =>
      Number(await page.locator(`[data-mark=${mark}]`).getAttribute(name));
    const series = foldAvailability(trace);
    expect(await attribute('min', 'data-lowest')).toBe(Math.min(...series.min));
    expect(await attribute('max', 'data-highest')).toBe(Math.max(...series.max));
    const shown = series.timeUs.findLastIndex((us) => us <= model.shownUs);
    expect(await attribute('mean', 'data-last')).toBeCloseTo(series.mean[shown] as number, 3);
    const completed = sortedPresent(times.completedUs);
    expect(await attribute('all', 'data-completed')).toBe(30);
    expect(await attribute('all', 'data-last-us')).toBe(completed[29]);
    expect(await attribute('bound-end', 'data-bound-us')).toBe(foldBounds(trace)?.curveUs[29]);
    expect(await page.locator('[data-mark=use]').count()).toBe(trace.header.groups.length);
  });

  it('moves the map with the slider, by pointer and by key', async () => {
    const page = await openReport(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    const slider = chart.locator('input[type=range]');
    const held = async (): Promise<number> => Number(await chart.getAttribute('data-held'));
    const start = await held();
    expect(start).toBeGreaterThan(64);

    await slider.fill('0');
    expect(await chart.getAttribute('data-time-us')).toBe('0');
    expect(await held()).toBe(64);
    await slider.fill('500');
    const verified = Array.from(trace.events.kind).filter((kind) => kind === EventKind.pieceVerified);
    expect(await held()).toBe(64 + verified.length);
    await slider.fill('200');
    const before = await held();
    await slider.focus();
    await page.keyboard.press('PageDown');
    expect(await held()).toBeLessThan(before);
    await page.keyboard.press('PageUp');
    expect(await held()).toBe(before);
    expect(await chart.locator('.status').textContent()).toMatch(/^At .*: \d+ peers here, \d+ of 30 /);
  });

  it('plays from the keyboard and stops on demand', async () => {
    const page = await openReport(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    const time = async (): Promise<number> => Number(await chart.getAttribute('data-time-us'));
    const before = await time();
    await chart.locator('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(time).toBeGreaterThan(before);
    await page.keyboard.press('Enter');
    expect(await chart.locator('button').textContent()).toBe('Play');
    const stopped = await time();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(await time()).toBe(stopped);
  });

  it('paints copies and holdings as colours', async () => {
    const page = await openReport(1280);
    const early = await pixel(page, 'heat', 0.001, 0.5);
    const busiest = foldAvailability(trace).max.indexOf(Math.max(...foldAvailability(trace).max));
    const late = await pixel(
      page,
      'heat',
      (foldAvailability(trace).timeUs[busiest] as number) / model.shownUs,
      0.5,
    );
    expect(early).toBe('68,1,84,255');
    expect(late).not.toBe(early);

    const slider = page.locator('input[type=range]');
    await slider.fill('0');
    const missing = await pixel(page, 'map', 0.5, 0.97);
    await slider.fill('440');
    expect(await pixel(page, 'map', 0.5, 0.97)).not.toBe(missing);
    const byGiver = await pixel(page, 'map', 0.5, 0.97);
    await page.getByLabel('which piece it is').check();
    expect(await pixel(page, 'map', 0.5, 0.97)).not.toBe(byGiver);
  });

  it('names what is under the pointer', async () => {
    const page = await openReport(1280);
    const tip = page.locator('#tip');
    const hover = async (figure: string, x: number, y: number): Promise<string> => {
      const area = page.locator(`figure[data-chart=${figure}] .capture`);
      await area.scrollIntoViewIfNeeded();
      const box = await area.boundingBox();
      if (box === null) throw new Error('nothing to point at');
      await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      return tip.evaluate((panel) => [...panel.children].map((line) => line.textContent).join(' | '));
    };
    expect(await hover('copies', 0.5, 0.5)).toMatch(
      /most common piece: \d+ copies \| mean: .* \| rarest piece: \d+/,
    );
    expect(await hover('heat', 0.5, 0.5)).toMatch(/^piece 32 \| at .* \| \d+ cop/);
    expect(await hover('map', 0.25, 0.97)).toMatch(/^fibre-\d+ \| piece 16 \| .* \| last block from /);
    expect(await hover('completion', 1, 0.5)).toContain('30 of 30 complete');
    expect(await hover('use', 0.3, 0.5)).toMatch(/origin: \d+ %/);
    expect(await hover('population', 0.3, 0.5)).toMatch(/leechers: \d+ \| seeds: \d+/);
  });

  it.each([1280, 400])('fits a page %i pixels wide', async (width) => {
    const page = await openReport(width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    for (const name of FIGURES) {
      const box = await page.locator(`figure[data-chart=${name}] svg`).boundingBox();
      expect(box?.width).toBeGreaterThan(width * 0.7);
    }
  });

  it('redraws for another width and keeps the instant of the map', async () => {
    const page = await openReport(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    await page.locator('input[type=range]').fill('100');
    const held = await chart.getAttribute('data-held');
    await page.setViewportSize({ width: 500, height: 900 });
    await expect
      .poll(() => page.locator('figure[data-chart=copies] svg').getAttribute('viewBox'))
      .toMatch(/^0 0 468 /);
    expect(await chart.getAttribute('data-held')).toBe(held);
  });

  it('follows the colour scheme, canvases included, and prints light', async () => {
    const page = await openReport(1280, 'dark');
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await paper()).toBe('rgb(20, 23, 27)');
    const slider = page.locator('input[type=range]');
    await slider.fill('0');
    const dark = await pixel(page, 'map', 0.5, 0.97);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await expect.poll(() => pixel(page, 'map', 0.5, 0.97)).not.toBe(dark);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
  });
});
