/**
 * Reports of three runs in one browser: three peers within a second, sixty over a week of virtual time, a thousand. Each is
 * looked at by axe at two widths and in both colour schemes, works with keys, and shows the numbers of its own tables.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { largeTrace } from '../../bench/large-trace.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { unpackUint16 } from '../../viz/report/base64.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { NEVER_TICK, type ReportModel } from '../../viz/report/model.ts';
import type { ReportHook } from '../../viz/report/report-hook.ts';
import { deliveries, htmlBytes, MIB } from '../support/large-report.ts';
import { reportInfo } from '../support/report-info.ts';
import { simulate, smallPlan } from '../support/small-plan.ts';
import { type AuditOptions, audit, COLOUR_RULES, WIDTH_RULES } from './audit.ts';
import { chromiumAvailable, hover, moveTime, ReportBrowser, settle } from './report-browser.ts';

/** Drawings are pictures with a name; what they are made of is told to nobody. */
const exclude = ['svg > *'];
const HOUR = 3600 * 1_000_000;
const WEEK = 7 * 24 * HOUR;

/** Two megabytes in less than a second. */
function threePeers(): Trace {
  const plan = smallPlan([{}, {}, {}], { endUs: 1_000_000, sampleUs: 50_000 });
  const link = { upBytesPerSec: 4e6, downBytesPerSec: 2e7, latencyUs: 2000 };
  return simulate({
    ...plan,
    peers: plan.peers.map((peer) => ({ ...peer, link: { ...peer.link, ...link } })),
  });
}

/** One peer every three hours, each gone an hour after it completed. */
function week(): Trace {
  const plan = smallPlan(
    Array.from({ length: 60 }, (_, index) => ({ arriveUs: (index * WEEK) / 60 })),
    { endUs: WEEK, sampleUs: HOUR },
  );
  const stay = { afterCompleteUs: HOUR };
  return simulate({
    ...plan,
    tracker: { ...plan.tracker, intervalUs: HOUR },
    peers: plan.peers.map((peer, index) =>
      index === 0 ? peer : { ...peer, leave: { ...peer.leave, ...stay } },
    ),
  });
}

/** The rows of a chart's CSV by column, as the page gives them. */
async function columns(page: Page, chart: string): Promise<Record<string, string[]>> {
  const text = await page.evaluate(
    (id) => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.csv(id) ?? '',
    chart,
  );
  const [head = '', ...rows] = text.trimEnd().split('\n');
  // No name in these runs has a comma in it.
  const cells = rows.map((row) => row.split(','));
  return Object.fromEntries(
    head.split(',').map((name, index) => [name, cells.map((row) => row[index] ?? '')]),
  );
}

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

/** In the colours that it is shown in, and in the others. */
async function expectInNobodysWay(
  page: Page,
  width: number,
  scheme: 'light' | 'dark',
  rules: Pick<AuditOptions, 'rules'>,
): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  expect(await audit(page, { exclude, ...rules })).toEqual([]);
  await page.emulateMedia({ colorScheme: scheme === 'light' ? 'dark' : 'light' });
  expect(await audit(page, { exclude, rules: COLOUR_RULES })).toEqual([]);
}

const highest = (column: readonly string[] | undefined): number => Math.max(...(column ?? []).map(Number));

let models: readonly (readonly [title: string, model: ReportModel])[] = [];
const modelOf = (report: number): ReportModel => models[report]?.[1] as ReportModel;

beforeAll(() => {
  const runs = { three: threePeers(), week: week(), thousand: largeTrace({ peers: 1000, pieces: 1024 }) };
  expect(deliveries(runs.thousand)).toBe(1_024_000);
  models = Object.entries(runs).map(([title, trace]) => [
    title,
    buildReportModel(trace, reportInfo({ title })),
  ]);
});

it('the report of 1,000 peers × 1,024 pieces shows every cell and stays below 8 MiB', () => {
  const model = modelOf(2);
  expect(model.map).toMatchObject({ peerStride: 1, pieceStride: 1, columns: 1024 });
  const verified = unpackUint16(model.map.verified);
  expect(verified.length).toBe(1001 * 1024);
  expect(verified.filter((tick) => tick === 0).length).toBe(1024);
  expect(verified.indexOf(NEVER_TICK)).toBe(-1);
  expect(model.givenPieces.reduce((sum, count) => sum + count)).toBe(1_024_000);
  expect(model.presence).toMatchObject({ peerStride: 1 });
  expect(htmlBytes(model)).toBeLessThan(7.6 * MIB);
});

describe.skipIf(!chromiumAvailable())('reports of runs of all sizes', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    const [first, ...others] = models;
    if (first === undefined) throw new Error('no run');
    browser = await ReportBrowser.start(...first);
    for (const other of others) browser.add(...other);
  });

  afterAll(async () => {
    await browser?.close();
  });

  describe('for everybody', () => {
    afterEach(async () => {
      expect(browser.closePages()).toEqual([]);
    });

    // All rules once a report, its tables open; at the other width and in other colours those that can tell a difference.
    it.each([
      [0, 'three peers in a second', 400, 'dark', 'everything'],
      [1, 'sixty peers in a week', 1280, 'light', 'everything'],
      [1, 'sixty peers in a week', 400, 'dark', 'layout'],
      [2, 'a thousand peers', 400, 'light', 'everything'],
    ] as const)(
      'report %i of %s at %i pixels, %s: nothing is in the way of anybody, looking at %s',
      async (report, _, width, scheme, rules) => {
        const page = await browser.open(width, scheme, report);
        if (rules === 'everything')
          await page.locator('details.numbers').evaluateAll((all) => {
            for (const each of all) (each as HTMLDetailsElement).open = true;
          });
        await expectInNobodysWay(page, width, scheme, rules === 'everything' ? {} : { rules: WIDTH_RULES });
        expect(await page.locator('figure').count()).toBe(
          await page.evaluate(
            () => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.charts.length,
          ),
        );
      },
      60_000,
    );
  });

  // One after the other on one page: to open that of a thousand peers takes longer than to look at it.
  describe.each([0, 1, 2])('report %i', (report) => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.open(1280, 'light', report);
    });
    afterEach(() => {
      expect(browser.complaints()).toEqual([]);
    });
    afterAll(async () => {
      expect(browser.closePages()).toEqual([]);
    });

    it('draws the numbers of its tables', async () => {
      const mark = async (selector: string, name: string): Promise<number> =>
        Number(await page.locator(`[data-mark=${selector}]`).first().getAttribute(name));
      const copies = await columns(page, 'copies');
      expect(await mark('max', 'data-highest')).toBe(highest(copies.copies_max));
      expect(await mark('mean', 'data-last')).toBe(Number(copies.copies_mean?.at(-1)));
      expect(await mark('min', 'data-lowest')).toBe(Math.min(...(copies.copies_min ?? []).map(Number)));
      const completion = await columns(page, 'completion');
      expect(await mark('all', 'data-completed')).toBe(
        completion.completed_us?.filter((us) => us !== '').length,
      );
      expect(await mark('all', 'data-last-us')).toBe(highest(completion.completed_us));
      expect(Math.round(await mark('bound-end', 'data-bound-us'))).toBe(Number(completion.bound_us?.at(-1)));
      const population = await columns(page, 'population');
      expect(await mark('seeds', 'data-last')).toBe(Number(population.seeds?.at(-1)));
      expect(await mark('leechers', 'data-last')).toBe(Number(population.leechers?.at(-1)));
      const presence = await columns(page, 'presence');
      expect(new Set(presence.peer).size).toBe(
        Number(await page.locator('figure[data-chart=presence] .chart').getAttribute('data-rows')),
      );
      // What the map holds at the instant selected is what its table says was verified by then. It has a row a piece of a
      // peer, so that they are counted where they are.
      const { endUs } = modelOf(report);
      const held = Number(await page.locator('figure[data-chart=map] .chart').getAttribute('data-held'));
      // Instants of the map are rounded to one in 65,533 of the run.
      const tick = endUs / 65_533;
      const [least, most] = await page.evaluate((away) => {
        const { csv, selected } = (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport;
        const [head = '', ...rows] = (csv('map') ?? '').trimEnd().split('\n');
        const names = head.split(',');
        const [verified, arrived] = [names.indexOf('verified_us'), names.indexOf('held_on_arrival')];
        const counts = [0, 0] as [number, number];
        for (const row of rows) {
          const cells = row.split(',');
          const us = cells[verified] ?? '';
          const fromUs =
            cells[arrived] === '1' ? Number.NEGATIVE_INFINITY : us === '' ? Number.NaN : Number(us);
          if (fromUs <= selected.instantUs - away) counts[0]++;
          if (fromUs <= selected.instantUs + away) counts[1]++;
        }
        return counts;
      }, tick);
      expect(most).toBeGreaterThan(0);
      expect(held).toBeGreaterThanOrEqual(least);
      expect(held).toBeLessThanOrEqual(most);
    }, 60_000);

    it('shows by a drag a part of the run everywhere, and by Escape all of it', async () => {
      const { shownUs } = modelOf(report);
      const plot = page.locator('figure[data-chart=copies] .capture');
      await plot.scrollIntoViewIfNeeded();
      const box = await plot.boundingBox();
      if (box === null) throw new Error('no plot');
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width * 0.25, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.4, y);
      await page.mouse.move(box.x + box.width * 0.5, y);
      await page.mouse.up();
      const range = await page.evaluate(
        () => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.selected.range,
      );
      expect((range?.fromUs ?? 0) / shownUs).toBeCloseTo(0.25, 2);
      expect((range?.toUs ?? 0) / shownUs).toBeCloseTo(0.5, 2);
      await settle(page);
      const labels = (): Promise<string[]> =>
        page.locator('figure[data-chart=population] .axis .tick text').allTextContents();
      const within = await labels();
      expect(within).not.toContain('0');
      expect(new Set(within).size).toBe(within.length);
      expect(within.length).toBeGreaterThan(2);
      expect(await page.locator('#time-bar .chip').first().textContent()).toMatch(/^only .* to .* ✕$/);
      await page.locator('figure[data-chart=copies] .focusable').focus();
      await page.keyboard.press('Escape');
      await settle(page);
      expect(await labels()).toContain('0');
      expect(await page.locator('#time-bar .chip[aria-label^=only]').count()).toBe(0);
    });

    it('can be gone through with keys alone', async () => {
      const selected = (): Promise<ReportHook['selected']> =>
        page.evaluate(() => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.selected);
      const { shownUs } = modelOf(report);
      await moveTime(page, 250);
      expect((await selected()).instantUs).toBeCloseTo(shownUs / 2, -1);
      await page.locator('#time').focus();
      await page.keyboard.press('ArrowRight');
      expect((await selected()).instantUs).toBeCloseTo(shownUs * 0.502, -1);
      // The next thing that happens, and the one before, which are different instants.
      await page.locator('#time-bar .step').last().click();
      const next = (await selected()).instantUs;
      await page.keyboard.press('p');
      expect((await selected()).instantUs).toBeLessThan(next);
      await expect.poll(() => page.locator('#announcer').textContent()).toMatch(/^At .*: .*\.$/);
      const chart = page.locator('figure[data-chart=population] .focusable');
      await chart.focus();
      await page.keyboard.press('Home');
      for (const _ of [1, 2, 3]) await page.keyboard.press('PageUp');
      expect((await selected()).instantUs).toBeCloseTo(shownUs * 0.3, -2);
      await expect.poll(() => page.locator('#announcer').textContent()).toMatch(/leechers: \d.*, seeds: \d/);
      await page.keyboard.press('Shift+PageUp');
      await page.keyboard.press('Enter');
      expect((await selected()).range?.fromUs).toBeCloseTo(shownUs * 0.3, -2);
      await page.keyboard.press('Escape');
      expect((await selected()).range).toBeUndefined();
    });

    if (report === 2) lookAtAThousandPeers(() => page);

    // Report 1 is looked at with all rules at this width.
    if (report === 1) return;
    it("is in nobody's way at this width", async () => {
      await expectInNobodysWay(page, 1280, 'light', { rules: WIDTH_RULES });
    });
  });
});

/** Its report has more cells than dots on the screen. */
function lookAtAThousandPeers(opened: () => Page): void {
  it('draws every figure, and says where a dot stands for several cells', async () => {
    const page = opened();
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
    const page = opened();
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
    const page = opened();
    const chart = page.locator('figure[data-chart=map] .chart');
    await moveTime(page, 450);
    const [byArrival, held] = [await fingerprint(page), await chart.getAttribute('data-held')];
    await page.getByLabel('completion', { exact: true }).check();
    expect(await fingerprint(page)).not.toBe(byArrival);
    expect(await chart.getAttribute('data-held')).toBe(held);
    await page.getByLabel('arrival', { exact: true }).check();
    expect(await fingerprint(page)).toBe(byArrival);
  });
}
