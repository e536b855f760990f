/** What a reader takes out of the page, and the ways that lead through it: downloads, the copied command, failed verdicts. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel } from '../../viz/report/build-model.ts';
import type { ReportHook } from '../../viz/report/report-hook.ts';
import { reportInfo } from '../support/report-info.ts';
import { parseXml } from '../support/xml.ts';
import { eventfulTrace } from '../viz/eventful-trace.ts';
import { chromiumAvailable, ReportBrowser, settle } from './report-browser.ts';

const VIOLATED_US = 12_500_000;

describe.skipIf(!chromiumAvailable())('what a reader takes out of a report', () => {
  let browser: ReportBrowser;
  let page: Page;

  beforeAll(async () => {
    const failed = {
      outcome: 'failed',
      measured: '0 (piece 1) at 12.5s, expected at least 1 throughout',
    } as const;
    const verdicts = [
      {
        name: 'no piece dies out',
        expression: 'always min(piece.availability) >= 1',
        ...failed,
        atUs: VIOLATED_US,
        subject: { kind: 'piece', name: '1' },
      },
      {
        name: 'everyone finishes',
        expression: 'fraction(peer.complete) == 1',
        ...failed,
        subject: { kind: 'peer', name: 'home-2' },
      },
      { name: 'it ends', expression: 'run.duration < 1h', outcome: 'held', measured: '1m' },
    ] as const;
    browser = await ReportBrowser.start(
      'eventful',
      buildReportModel(eventfulTrace(), reportInfo({ verdicts })),
    );
    page = await browser.open(1280, 'dark');
  }, 60_000);

  afterEach(async () => {
    expect(browser.complaints()).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  const selected = (): Promise<ReportHook['selected']> =>
    page.evaluate(() => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.selected);

  async function download(
    chart: string,
    kind: 'svg' | 'png' | 'csv',
  ): Promise<{ name: string; data: Buffer }> {
    await page.locator(`#${chart} .menu summary`).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`#${chart} [data-download=${kind}]`).click(),
    ]);
    return { name: file.suggestedFilename(), data: readFileSync(await file.path()) };
  }

  it('is, of every chart, a picture that stands alone, in light colours', async () => {
    const charts = await page.locator('figure').evaluateAll((all) => all.map(({ id }) => id));
    expect(charts.length).toBeGreaterThan(6);
    for (const chart of charts) {
      const { name, data } = await download(chart, 'svg');
      const text = data.toString('utf8');
      expect(name).toMatch(new RegExp(`^[\\w-]+-\\d+-${chart}\\.svg$`));
      expect(parseXml(text).name).toBe('svg');
      // Nothing of the page is needed, and nothing of its controls is left.
      expect(text.match(/var\(|class=|url\((?!#)|crosshair/)?.[0]).toBeUndefined();
      expect(
        [...text.matchAll(/\b(?:href|src)="([^"]{0,30})/g)].every(([, to]) =>
          to?.startsWith('data:image/png'),
        ),
      ).toBe(true);
      expect(text).toContain('fill="#ffffff"');
      expect(text).toMatch(/digest [0-9a-f]{32}/);
      const words = await page.locator(`#${chart} .keys > span`).allTextContents();
      for (const word of words.filter((each) => each !== '')) expect(text).toContain(`>${word}</text>`);
      if (chart === 'heat' || chart === 'map' || chart === 'presence') expect(text).toContain('<image ');
    }
    // The page is as it was.
    expect(await page.evaluate(() => document.documentElement.dataset.print)).toBeUndefined();
  });

  it('is a picture of dots, two for each pixel of the page', async () => {
    const { name, data } = await download('use', 'png');
    expect(name).toMatch(/-use\.png$/);
    expect(data.subarray(1, 4).toString()).toBe('PNG');
    const width = await page.locator('#use .chart').evaluate((host) => host.clientWidth);
    expect(data.readUInt32BE(16)).toBe((width + 32) * 2);
  });

  it('is the table of a chart with all of its rows', async () => {
    const { name, data } = await download('population', 'csv');
    expect(name).toMatch(/-population\.csv$/);
    const csv = await page.evaluate(
      () => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.csv('population') ?? '',
    );
    expect(data.toString('utf8')).toBe(csv);
    expect(csv.split('\n')[0]).toBe('time_us,leechers,seeds,away,capped');
    expect(csv.split('\n').length).toBeGreaterThan(5);
  });

  it('is the command that repeats the run, or at least its text selected', async () => {
    const command = await page.locator('.command pre').textContent();
    const label = (): Promise<string | null> => page.locator('.copy').textContent();
    const clipboard = (isAllowed: boolean): Promise<void> =>
      page.evaluate((allowed) => {
        const writeText = (text: string): Promise<void> => {
          document.documentElement.dataset.copied = text;
          return allowed ? Promise.resolve() : Promise.reject(new Error('not allowed'));
        };
        Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
        document.execCommand = () => false;
      }, isAllowed);
    await clipboard(true);
    await page.locator('.copy').click();
    await expect.poll(label).toBe('Copied');
    expect(await page.evaluate(() => document.documentElement.dataset.copied)).toBe(command);
    // It says so for a moment.
    await expect.poll(label, { timeout: 10_000 }).toBe('Copy');
    await clipboard(false);
    await page.locator('.copy').click();
    await expect.poll(label).toBe('Selected: copy it with your keys');
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(command);
  });

  it('leads from a failed verdict to the instant and the place', async () => {
    expect(await page.locator('.way').allTextContents()).toEqual(['Show at 12.5s, piece 1', 'Show home-2']);
    await page.locator('.way').first().click();
    expect(await selected()).toMatchObject({ instantUs: VIOLATED_US, piece: 1, range: undefined });
    const copies = page.locator('figure#copies');
    await expect.poll(async () => (await copies.boundingBox())?.y ?? 9999).toBeLessThan(300);
    await expect.poll(() => copies.getAttribute('class')).toBe('sought');
    const flag = copies.locator('[data-mark=violation]');
    expect(await flag.getAttribute('data-time-us')).toBe(String(VIOLATED_US));
    const [at, plot] = await Promise.all([
      flag.locator('circle').boundingBox(),
      copies.locator('.capture').boundingBox(),
    ]);
    if (at === null || plot === null) throw new Error('not drawn');
    expect(at.x + at.width / 2).toBeCloseTo(plot.x + (plot.width * 12.5) / 60, 0);
    // The line of the instant stands there too.
    expect(await copies.locator('.cursor').getAttribute('transform')).toMatch(
      new RegExp(`^translate\\(${Math.floor((plot.width * 12.5) / 60)}`),
    );
    await page.locator('.way').last().click();
    expect((await selected()).peers).toEqual({ kind: 'peer', peer: 2 });
    await settle(page);
    expect(await page.locator('#presence .status').textContent()).toMatch(/^home-2.* at 12.5s: /);
    // Everything again.
    for (const chip of await page.locator('.chip').all()) await chip.click();
  });
});
