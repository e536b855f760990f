/** The report of a run in which much happens, in a real browser: events, absences, caps and behaviour. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { reportInfo } from '../support/report-info.ts';
import { eventfulTrace, LEAVE, LIMIT, PARTITION } from '../viz/eventful-trace.ts';
import { chromiumAvailable, hover, moveTime, pixel, ReportBrowser, settle } from './report-browser.ts';

/** The figures over whose time the scenario's events stand. */
const OVER_TIME = ['copies', 'heat', 'completion', 'use', 'presence', 'population'];

describe.skipIf(!chromiumAvailable())('report of a run in which much happens', () => {
  const eventful = buildReportModel(eventfulTrace(), reportInfo());
  let browser: ReportBrowser;
  const open = (width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> =>
    browser.open(width, colorScheme);

  beforeAll(async () => {
    browser = await ReportBrowser.start('eventful', eventful);
  }, 60_000);

  afterEach(async () => {
    expect(browser.closePages()).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('lists what happened, with the numbers that stand over every chart of time', async () => {
    const page = await open();
    const rows = await page.locator('.happenings tbody tr').allTextContents();
    expect(rows[0]).toContain(`1${PARTITION}`);
    expect(rows.length).toBe(7);
    for (const name of OVER_TIME) {
      const figure = page.locator(`figure[data-chart=${name}]`);
      const bands = figure.locator('[data-mark=band-of-event]');
      expect(await bands.evaluateAll((all) => all.map((band) => band.getAttribute('data-label')))).toEqual([
        PARTITION,
        LIMIT,
        LEAVE,
      ]);
      expect(await bands.first().getAttribute('data-from-us')).toBe('10000000');
      const names = await figure.locator('.event-name').allTextContents();
      expect(names[0]).toMatch(/^1\b/);
      expect(names.length).toBe(3);
    }
    expect(await page.locator('figure[data-chart=map] .bands').count()).toBe(0);
  });

  it('puts bands where their times are', async () => {
    const page = await open();
    const figure = page.locator('figure[data-chart=copies]');
    const plot = await figure.locator('.capture').boundingBox();
    const band = await figure.locator('[data-mark=band-of-event]').first().locator('rect.cap').boundingBox();
    if (plot === null || band === null) throw new Error('not drawn');
    const perUs = plot.width / eventful.shownUs;
    expect(band.x).toBeCloseTo(plot.x + 10e6 * perUs, 0);
    expect(band.width).toBeCloseTo(10e6 * perUs, 0);
    expect(band.y).toBeLessThan(plot.y);
  });

  it('shows in a strip a peer who was there, by colour and by thickness', async () => {
    const page = await open();
    // Five strips of 18 pixels below headings of 24: home-1 is the second.
    const tall = 3 * 24 + 5 * 18;
    const at = (sec: number, y: number): Promise<string> =>
      pixel(page, 'presence', (sec + 0.5) / 60, y / tall);
    const middle = 24 + 18 + 24 + 7;
    const [downloading, away, back, complete] = await Promise.all(
      [5, 15, 25, 50].map((sec) => at(sec, middle)),
    );
    expect(new Set([downloading, away, complete]).size).toBe(3);
    expect(back).toBe(downloading);
    expect(await at(5, middle - 6)).toBe(downloading);
    expect(await at(15, middle - 6)).toBe('0,0,0,0');
  });

  it('fades a peer in the map while it is away, and says how many are', async () => {
    const page = await open();
    const chart = page.locator('figure[data-chart=map] .chart');
    // Blocks of one, three and one row of 16 pixels below headings of 26: home-1 is the first of the second.
    const y = (26 + 16 + 26 + 8) / (3 * 26 + 5 * 16);
    const at = async (sec: number): Promise<string> => {
      await moveTime(page, (sec * 1e6 * 500) / eventful.shownUs);
      return pixel(page, 'map', 0.25, y);
    };
    const held = await at(6);
    expect(await at(15)).not.toBe(held);
    expect(await chart.locator('.status').textContent()).toBe(
      'At 15s: 3 peers here, 1 away, 0 of 3 downloaders complete.',
    );
    expect(await at(22)).toBe(held);
  });

  it('goes through peers and time with the arrow keys and says what is there', async () => {
    const page = await open();
    const chart = page.locator('figure[data-chart=presence]');
    await moveTime(page, (15 * 1e6 * 500) / eventful.shownUs);
    await chart.locator('.picture').focus();
    // A key that comes before the chart is drawn at this time finds nothing to go through.
    await settle(page);
    const status = (): Promise<string | null> => chart.locator('.status').textContent();
    await page.keyboard.press('ArrowDown');
    expect(await status()).toBe('seed at 15s: complete, serving, from 0s to 50s.');
    await page.keyboard.press('ArrowDown');
    expect(await status()).toBe('home-1 · symmetric NAT at 15s: away, from 10s to 20s.');
    expect(await chart.locator('.chosen[visibility=visible]').count()).toBe(1);
    await expect
      .poll(() => page.locator('#announcer').textContent())
      .toBe('home-1 · symmetric NAT, at 15s, away, from 10s to 20s.');
    for (const _ of [1, 2, 3, 4]) await page.keyboard.press('ArrowDown');
    expect(await status()).toBe('liar · liar at 15s: there, misbehaving, from 0s to the end.');
    await page.keyboard.press('Home');
    expect(await status()).toContain('liar · liar at 0s: ');
    // What is selected here is marked elsewhere too.
    await settle(page);
    expect(await page.locator('figure[data-chart=map] .chosen[visibility=visible]').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await chart.locator('.chosen[visibility=visible]').count()).toBe(0);
  });

  it('names events, absences and behaviour under the pointer, and in the table of groups', async () => {
    const page = await open();
    expect(await hover(page, 'population', 15.5 / 60, 0.5)).toMatch(
      /away: 1 \| data cap used up: 1 \| 1 partition .* \(until 20s\)$/,
    );
    expect(await hover(page, 'use', 55 / 60, 0.5)).toContain(`2 ${LIMIT} (to the end)`);
    expect(await hover(page, 'presence', 0.9, 0.6)).toContain('home-2 · free-rider');
    const headings = await page.locator('table.groups th').allTextContents();
    expect(headings.slice(-2)).toEqual(['Behaviour', 'NAT']);
    const cells = await page.locator('table.groups tbody tr').nth(1).locator('td').allTextContents();
    expect(cells.slice(-2)).toEqual(['2 honest, 1 free-rider', '2 open, 1 symmetric']);
    expect(await page.locator('[data-mark=away]').count()).toBe(1);
    expect(await page.locator('[data-mark=capped]').getAttribute('data-highest')).toBe('1');
  });

  it.each([
    [400, 'light'],
    [1280, 'dark'],
  ] as const)('fits a page %i pixels wide, %s', async (width, scheme) => {
    const page = await open(width, scheme);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.locator('.keys i.thin').count()).toBe(2);
  });
});
