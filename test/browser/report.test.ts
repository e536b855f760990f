/** The report in a real browser: opened from disk, drawn without complaint, its numbers those of the metrics. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { foldAvailability } from '../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { foldPeerTimes, sortedPresent } from '../../src/trace/metrics/peer-times.ts';
import { EventKind } from '../../src/trace/trace.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { reportInfo } from '../support/report-info.ts';
import { syntheticTrace } from '../support/synthetic-trace.ts';
import { chromiumAvailable, hover, moveTime, pixel, ReportBrowser, settle } from './report-browser.ts';

/** Those that are one drawing each; the moving swarm has tests of its own (swarm.test.ts). */
const FIGURES = [
  'completion',
  'downloads',
  'population',
  'map',
  'copies',
  'heat',
  'rarity',
  'waits',
  'presence',
  'milestones',
  'sharing',
  'ranks',
  'use',
  'rates',
];
const HOSTILE_NAME = '</script><b id="injected">x</b>';

describe.skipIf(!chromiumAvailable())('report in Chromium', () => {
  const trace = syntheticTrace({ peers: 30, pieces: 64, staySec: 20 });
  const times = foldPeerTimes(trace);
  const model = buildReportModel(trace, reportInfo({ title: HOSTILE_NAME }));
  let browser: ReportBrowser;
  const openReport = (width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> =>
    browser.open(width, colorScheme);

  beforeAll(async () => {
    browser = await ReportBrowser.start(HOSTILE_NAME, model);
  }, 60_000);

  afterEach(async () => {
    expect(browser.closePages()).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('draws every figure with a reading, a caption and a name for screen readers', async () => {
    const page = await openReport(1280);
    const figures = page.locator('figure');
    expect(await figures.evaluateAll((all) => all.map((figure) => figure.dataset.chart))).toEqual([
      'swarm',
      ...FIGURES,
    ]);
    for (const name of FIGURES) {
      const figure = page.locator(`figure[data-chart=${name}]`);
      expect(await figure.locator('svg[role=img][aria-label]').count()).toBe(1);
      expect((await figure.locator('.reading').textContent())?.length).toBeGreaterThan(20);
      expect(await figure.locator('figcaption').textContent()).toMatch(/^Figure \d+\. /);
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
    // One strip a group, and one for everybody.
    expect(await page.locator('[data-mark=use]').count()).toBe(trace.header.groups.length + 1);
    const highest = Number(
      await page.locator('[data-mark=uplink][data-group=origin]').getAttribute('data-highest'),
    );
    expect(highest).toBe(trace.header.peers[0]?.upBytesPerSec);
    expect(await page.locator('figure[data-chart=presence] .chart').getAttribute('data-rows')).toBe('31');
    // Nothing but coming and going happened.
    expect(await page.locator('.happened, .bands').count()).toBe(0);
  });

  it('moves the map with the slider, by pointer and by key', async () => {
    const page = await openReport(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    const held = async (): Promise<number> => Number(await chart.getAttribute('data-held'));
    const start = await held();
    expect(start).toBeGreaterThan(64);

    await moveTime(page, 0);
    expect(await chart.getAttribute('data-time-us')).toBe('0');
    expect(await held()).toBe(64);
    await moveTime(page, 500);
    const verified = Array.from(trace.events.kind).filter((kind) => kind === EventKind.pieceVerified);
    expect(await held()).toBe(64 + verified.length);
    await moveTime(page, 200);
    const before = await held();
    await page.locator('#time').focus();
    await page.keyboard.press('PageDown');
    await settle(page);
    expect(await held()).toBeLessThan(before);
    await page.keyboard.press('PageUp');
    await settle(page);
    expect(await held()).toBe(before);
    expect(await chart.locator('.status').textContent()).toMatch(/^At .*: \d+ peers here, \d+ of 30 /);
  });

  it('plays from the keyboard and stops on demand', async () => {
    const page = await openReport(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    const time = async (): Promise<number> => Number(await chart.getAttribute('data-time-us'));
    const before = await time();
    await chart.scrollIntoViewIfNeeded();
    await page.locator('.play').focus();
    await page.keyboard.press('Enter');
    await expect.poll(time).toBeGreaterThan(before);
    await page.keyboard.press('Enter');
    expect(await page.locator('.play').textContent()).toBe('Play');
    await settle(page);
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

    await moveTime(page, 0);
    const missing = await pixel(page, 'map', 0.5, 0.97);
    await moveTime(page, 440);
    expect(await pixel(page, 'map', 0.5, 0.97)).not.toBe(missing);
    const byGiver = await pixel(page, 'map', 0.5, 0.97);
    await page.getByLabel('which piece it is').check();
    expect(await pixel(page, 'map', 0.5, 0.97)).not.toBe(byGiver);
  });

  it('names what is under the pointer', async () => {
    const page = await openReport(1280);
    expect(await hover(page, 'copies', 0.5, 0.5)).toMatch(
      /most common piece: \d+ copies \| mean: .* \| rarest piece: \d+/,
    );
    expect(await hover(page, 'heat', 0.5, 0.5)).toMatch(/^piece 32 \| at .* \| \d+ cop/);
    expect(await hover(page, 'map', 0.25, 0.97)).toMatch(/^fibre-\d+ \| piece 16 \| .* \| last block from /);
    expect(await hover(page, 'completion', 1, 0.5)).toContain('30 of 30 complete');
    expect(await hover(page, 'use', 0.3, 0.5)).toMatch(
      /everybody: .* origin: .*bit\/s of 8 Mbit\/s \(\d+ %\)/,
    );
    expect(await hover(page, 'presence', 0.4, 0.9)).toMatch(/^fibre-\d+ \| downloading \| from .* to /);
    expect(await hover(page, 'population', 0.3, 0.5)).toMatch(/leechers: \d+ \| seeds: \d+/);
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
    await moveTime(page, 100);
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
    await moveTime(page, 0);
    const dark = await pixel(page, 'map', 0.5, 0.97);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await expect.poll(() => pixel(page, 'map', 0.5, 0.97)).not.toBe(dark);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
  });
});
