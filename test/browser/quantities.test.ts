/** The further charts of a report in a real browser: their marks carry the numbers of their tables, and follow the selection. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel } from '../../viz/report/build-model.ts';
import type { ReportHook } from '../../viz/report/report-hook.ts';
import { reportInfo } from '../support/report-info.ts';
import { simulate, smallPlan } from '../support/small-plan.ts';
import { chromiumAvailable, ReportBrowser, settle } from './report-browser.ts';

const CHARTS = [
  'downloads',
  'rarity',
  'waits',
  'milestones',
  'sharing',
  'interest',
  'choking',
  'neighbours',
  'ranks',
  'rates',
  'peer-sets',
  'overhead',
];

type Rows = readonly Readonly<Record<string, string>>[];

async function rows(page: Page, chart: string): Promise<Rows> {
  const text = await page.evaluate(
    (id) => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.csv(id) ?? '',
    chart,
  );
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = head.split(',');
  // Of the texts in these charts only the names of parts have a comma, and they are quoted.
  return lines.map((line) => {
    const cells = line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((cell) => cell.replaceAll('"', ''));
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

/** An attribute of each of a chart's marks of a kind. */
function marks(page: Page, chart: string, mark: string, attribute: string): Promise<string[]> {
  return page
    .locator(`figure[data-chart=${chart}] [data-mark=${mark}]`)
    .evaluateAll((all, name) => all.map((each) => each.getAttribute(name) ?? ''), attribute);
}

const numbers = (texts: readonly string[]): number[] =>
  texts
    .flatMap((text) => text.split(' '))
    .filter((text) => text !== '')
    .map(Number)
    .sort((a, b) => a - b);
const column = (table: Rows, name: string): number[] => numbers(table.map((row) => row[name] ?? ''));

describe.skipIf(!chromiumAvailable())('the further charts of a report', () => {
  const plan = smallPlan(
    Array.from({ length: 9 }, (_, index) => ({
      group: index === 0 ? 0 : 1 + (index % 2),
      arriveUs: index * 400_000,
    })),
  );
  const groups = ['seed', 'slow', 'fast'];
  const peers = plan.peers.map((peer) => ({
    ...peer,
    link: { ...peer.link, upBytesPerSec: peer.group === 2 ? 500_000 : 120_000 },
  }));
  const model = buildReportModel(simulate({ ...plan, groups, peers }), reportInfo());
  let browser: ReportBrowser;

  beforeAll(async () => {
    browser = await ReportBrowser.start('quantities', model);
  }, 60_000);

  afterEach(async () => {
    expect(browser.closePages()).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('are all there, and draw the numbers of their tables', async () => {
    const page = await browser.open(1280);
    for (const chart of CHARTS) expect(await page.locator(`figure[data-chart=${chart}] svg`).count()).toBe(1);

    const downloads = await rows(page, 'downloads');
    expect(numbers(await marks(page, 'downloads', 'peers', 'data-values'))).toEqual(
      column(downloads, 'download_us'),
    );
    expect(numbers(await marks(page, 'downloads', 'server', 'data-values'))).toEqual(
      column(downloads, 'server_alone_us'),
    );
    expect(downloads.length).toBe(8);

    for (const [chart, value] of [
      ['waits', 'wait_us'],
      ['milestones', 'since_arrival_us'],
      ['interest', 'share_of_time'],
    ] as const) {
      const table = await rows(page, chart);
      expect(numbers(await marks(page, chart, 'distribution', 'data-values'))).toEqual(column(table, value));
      expect(table.length).toBeGreaterThan(10);
    }

    const rarity = await rows(page, 'rarity');
    const most = (name: string): number => Math.max(...column(rarity, name));
    expect(Number((await marks(page, 'rarity', 'distributed-copies', 'data-most'))[0])).toBe(
      most('distributed_copies'),
    );
    expect(Number((await marks(page, 'rarity', 'rarest-set', 'data-most'))[0])).toBe(most('rarest_set'));
    expect(Number((await marks(page, 'rarity', 'seed-copies', 'data-most'))[0])).toBe(most('seed_copies'));

    const sharing = await rows(page, 'sharing');
    expect(numbers(await marks(page, 'sharing', 'peers', 'data-values'))).toEqual(
      column(sharing, 'share_ratio'),
    );
    expect(numbers(await marks(page, 'sharing', 'distribution', 'data-values'))).toEqual(
      column(sharing, 'share_ratio'),
    );

    const choking = await rows(page, 'choking');
    const counted = numbers(await marks(page, 'choking', 'cells', 'data-count'));
    expect(counted.reduce((sum, count) => sum + count)).toBe(
      column(choking, 'pairs').reduce((sum, count) => sum + count),
    );

    const neighbours = await rows(page, 'neighbours');
    const byGroup = neighbours.filter(({ from }) => from?.startsWith('all of'));
    const cells = numbers(await marks(page, 'neighbours', 'group-cell', 'data-value'));
    expect(cells.filter((us) => us > 0)).toEqual(
      column(byGroup, 'regular_unchoke_us').filter((us) => us > 0),
    );

    const ranks = await rows(page, 'ranks');
    expect(numbers(await marks(page, 'ranks', 'ranks', 'data-values'))).toEqual(column(ranks, 'share'));

    const sets = await rows(page, 'peer-sets');
    const overTime = sets.filter((row) => row.to_us !== '');
    expect(numbers(await marks(page, 'peer-sets', 'connections', 'data-values'))).toEqual(
      column(overTime, 'connections_mean'),
    );
    expect(numbers(await marks(page, 'peer-sets', 'distribution', 'data-values'))).toEqual(
      column(
        sets.filter((row) => row.to_us === ''),
        'connections_mean',
      ),
    );

    const overhead = await rows(page, 'overhead');
    expect(numbers(await marks(page, 'overhead', 'traffic', 'data-bytes'))).toEqual(
      column(overhead, 'bytes'),
    );
    expect(overhead.map(({ part }) => part)).toContain('headers of blocks');

    const rates = await rows(page, 'rates');
    const [columns = '0'] = await marks(page, 'rates', 'cells', 'data-columns');
    const lines = numbers(await marks(page, 'rates', 'cells', 'data-rows')).reduce(
      (sum, count) => sum + count,
    );
    expect(rates.length).toBe(Number(columns) * lines);
  }, 60_000);

  it('choose a peer for all charts by a click on its dot, and everybody again with Escape', async () => {
    const page = await browser.open(1280);
    const selected = () =>
      page.evaluate(
        () => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.selected.peers,
      );
    const area = page.locator('figure[data-chart=downloads] [data-panel="1"] .capture');
    await area.scrollIntoViewIfNeeded();
    const dots = page.locator('figure[data-chart=downloads] [data-mark=peers]').first();
    const first = /M([\d.]+),([\d.]+)/.exec((await dots.getAttribute('d')) ?? '');
    const box = await area.boundingBox();
    if (box === null || first === null) throw new Error('nothing to click at');
    await page.mouse.click(box.x + Number(first[1]) + 3, box.y + Number(first[2]));
    const choice = await selected();
    expect(choice?.kind).toBe('peer');
    await settle(page);
    // The group of the peer stands out among the curves, the other one stands back.
    const opacities = await page
      .locator('figure[data-chart=sharing] [data-mark=distribution]')
      .evaluateAll((all) => all.map((each) => (each as SVGElement).style.strokeOpacity));
    expect(opacities.filter((opacity) => opacity === '1').length).toBe(1);
    await page.locator('figure[data-chart=downloads] .focusable').focus();
    await page.keyboard.press('ArrowRight');
    expect((await selected())?.kind).toBe('peer');
    await page.keyboard.press('Escape');
    expect(await selected()).toBeUndefined();
  }, 60_000);

  it('show another quantity of the matrix on demand', async () => {
    const page = await browser.open(1280);
    const figure = page.locator('figure[data-chart=neighbours]');
    const picture = () => figure.locator('[data-mark=cells]').getAttribute('href');
    const before = await picture();
    await figure.getByLabel('payload given').check();
    await expect.poll(picture).not.toBe(before);
    await figure.getByLabel('time unchoked').check();
    await expect.poll(picture).toBe(before);
  }, 60_000);

  it.each([1280, 400])(
    'fit a page %i pixels wide',
    async (width) => {
      const page = await browser.open(width, 'dark');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      for (const chart of CHARTS) {
        const box = await page.locator(`figure[data-chart=${chart}] svg`).boundingBox();
        expect(box?.width, chart).toBeGreaterThan(width * 0.7);
      }
    },
    60_000,
  );
});
