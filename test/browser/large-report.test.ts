/** The report of 1,000 peers × 1,024 pieces in a real browser: more cells than dots on the screen. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { largeTrace } from '../../bench/large-trace.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { reportInfo } from '../support/report-info.ts';
import { chromiumAvailable, hover, moveTime, ReportBrowser } from './report-browser.ts';

/** A sum over all dots of the map's canvas that two pictures hardly share. */
function fingerprint(page: Page): Promise<number> {
  return page.locator('figure[data-chart=map] canvas').evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const copy = document.createElement('canvas');
    copy.width = width;
    copy.height = height;
    const context = copy.getContext('2d');
    context?.drawImage(element as HTMLCanvasElement, 0, 0);
    const data = context?.getImageData(0, 0, width, height).data ?? [];
    let sum = 0;
    for (const value of data) sum = (Math.imul(sum, 31) + value) | 0;
    return sum;
  });
}

describe.skipIf(!chromiumAvailable())('report of a large run in Chromium', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    const trace = largeTrace({ peers: 1000, pieces: 1024 });
    browser = await ReportBrowser.start('large', buildReportModel(trace, reportInfo()));
  }, 120_000);

  afterEach(async () => {
    expect(await browser.closePages()).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('draws every figure, and says where a dot stands for several cells', async () => {
    const page = await browser.open(1280);
    for (const name of ['copies', 'heat', 'map', 'completion', 'use', 'presence', 'population']) {
      expect(await page.locator(`figure[data-chart=${name}] svg[role=img]`).count()).toBe(1);
    }
    const map = page.locator('figure[data-chart=map]');
    expect(await map.locator('.note').textContent()).toMatch(/mean colour of up to 3 peers × 2 pieces/);
    expect((await map.locator('svg').boundingBox())?.height).toBeLessThan(720);
    expect(await page.locator('figure[data-chart=presence] figcaption').textContent()).toContain(
      'a line shows the mean colour of the strips that it covers',
    );
    expect(await hover(page, 'map', 0.5, 0.5)).toMatch(/^home-\d+ \| piece 512 \| .* \| last block from /);
  });

  it('draws another picture for another instant, and the same one for the same', async () => {
    const page = await browser.open(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    const at = async (step: number): Promise<{ held: number; picture: number }> => {
      await moveTime(page, step);
      return { held: Number(await chart.getAttribute('data-held')), picture: await fingerprint(page) };
    };
    const start = await at(0);
    const early = await at(150);
    const late = await at(400);
    const end = await at(500);
    expect(start.held).toBe(1024);
    expect(early.held).toBeGreaterThan(start.held);
    expect(late.held).toBeGreaterThan(early.held);
    expect(end.held).toBe(1001 * 1024);
    expect(new Set([start, early, late, end].map(({ picture }) => picture)).size).toBe(4);
    expect(await at(150)).toEqual(early);
    expect(await at(0)).toEqual(start);
  });

  it('orders peers by completion on demand', async () => {
    const page = await browser.open(1280);
    const chart = page.locator('figure[data-chart=map] .chart');
    await moveTime(page, 450);
    const [byArrival, held] = [await fingerprint(page), await chart.getAttribute('data-held')];
    await page.getByLabel('completion', { exact: true }).check();
    expect(await fingerprint(page)).not.toBe(byArrival);
    expect(await chart.getAttribute('data-held')).toBe(held);
    await page.getByLabel('arrival', { exact: true }).check();
    expect(await fingerprint(page)).toBe(byArrival);
  });
});
