/** The moving swarm in a real browser: played, stepped, clicked and driven by keys, without a complaint. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { explain, Story } from '../../src/trace/explain/explain.ts';
import { foldPeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { formatDuration } from '../../viz/charts/format.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { buildSwarm } from '../../viz/swarm/build-swarm.ts';
import { FoldedHistory } from '../../viz/swarm/folded-history.ts';
import { unpackSwarm } from '../../viz/swarm/unpack-swarm.ts';
import { reportInfo } from '../support/report-info.ts';
import { SECOND, simulate, smallPlan } from '../support/small-plan.ts';
import { chromiumAvailable, ReportBrowser, settle } from './report-browser.ts';

const PEERS = 7;

describe.skipIf(!chromiumAvailable())('the swarm over time in Chromium', () => {
  const trace = simulate(
    smallPlan(Array.from({ length: PEERS }, (_, peer) => ({ arriveUs: peer * SECOND }))),
  );
  const data = buildSwarm(trace, foldPeerTimes(trace));
  const history = new FoldedHistory(unpackSwarm(data, trace.header.torrent, trace.header.groups));
  let browser: ReportBrowser;

  beforeAll(async () => {
    browser = await ReportBrowser.start('a swarm', buildReportModel(trace, reportInfo({})));
  }, 60_000);
  afterEach(async () => {
    expect(browser.closePages()).toEqual([]);
  });
  afterAll(() => browser?.close());

  const player = (page: Page) => page.locator('figure[data-chart=swarm] .swarm-player');
  const words = async (page: Page): Promise<string> =>
    (await player(page).locator('.swarm .status').textContent()) ?? '';
  const timeOf = async (page: Page): Promise<string> =>
    (await player(page).locator('output').first().textContent()) ?? '';
  const ring = (page: Page, peer: number) => player(page).locator(`button[data-peer="${peer}"]`);
  const panel = async (page: Page): Promise<string> =>
    (await player(page).locator('.swarm-panel').textContent()) ?? '';
  const goTo = async (page: Page, share: number): Promise<void> => {
    await page.locator('#time-bar #time').fill(String(share * 500));
    await settle(page);
  };

  it.each([
    ['wide', 1280, 'light'],
    ['narrow', 400, 'dark'],
  ] as const)(
    '%s: a button a peer says what it is, and the picture stays in the page',
    async (_, width, scheme) => {
      const page = await browser.open(width, scheme);
      await goTo(page, 0.5);
      expect(await player(page).locator('.swarm-peers button').count()).toBe(PEERS);
      expect(await ring(page, 0).getAttribute('aria-label')).toBe('seed-1: seed, 32 of 32 pieces');
      expect(await ring(page, 3).getAttribute('aria-label')).toMatch(/^crowd-3: .*\d+ of 32 pieces$/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const inked = await player(page)
        .locator('.swarm-picture canvas')
        .first()
        .evaluate((canvas) => {
          const { width: w, height: h } = canvas as HTMLCanvasElement;
          const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, w, h).data ?? [];
          let count = 0;
          for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 0) count++;
          return count / (w * h);
        });
      expect(inked).toBeGreaterThan(0.03);
    },
  );

  it('says the swarm in words as the history has it, wherever the slider is put', async () => {
    const page = await browser.open(1280);
    for (const share of [0.8, 0.1, 0.5]) {
      await goTo(page, share);
      expect(await timeOf(page)).toBe(formatDuration(Math.round(share * trace.endUs)));
      const instant = history.at(share * trace.endUs);
      const seeds = [...history.cast.peers.keys()].reduce((sum, peer) => sum + instant.completeOf(peer), 0);
      expect(await words(page)).toContain(`${seeds} seed`);
    }
  });

  it('steps to the next event and back, with buttons and with keys', async () => {
    const page = await browser.open(1280);
    await goTo(page, 0.25);
    const feed = player(page).locator('.swarm-feed li');
    const start = await timeOf(page);
    const first = await feed.first().textContent();
    for (let step = 0; step < 5; step++)
      await player(page).getByRole('button', { name: 'Next event' }).click();
    const later = await feed.first().textContent();
    expect(later).not.toBe(first);
    await ring(page, 2).focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    expect(await timeOf(page)).not.toBe('');
    expect(start).not.toBe('0s');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await feed.first().textContent()).toMatch(/comes|goes|complete|line|begins|over/);
  });

  it('plays and stops with the space bar over a peer, which it does not click', async () => {
    const page = await browser.open(1280);
    await goTo(page, 0);
    await ring(page, 1).focus();
    await page.keyboard.press(' ');
    await expect.poll(() => player(page).locator('.swarm-play').textContent()).toBe('Pause');
    await expect.poll(() => timeOf(page)).not.toBe('0s');
    await page.keyboard.press(' ');
    await expect.poll(() => player(page).locator('.swarm-play').textContent()).toBe('Play');
    expect(await ring(page, 1).getAttribute('aria-pressed')).toBe('false');
  });

  it('tells of a clicked peer whom it serves and why, and forgets it with escape', async () => {
    const page = await browser.open(1280);
    await goTo(page, 0.4);
    const instant = history.at(0.4 * trace.endUs);
    const serves = instant.unchokesOf(0);
    await ring(page, 0).focus();
    await page.keyboard.press('Enter');
    const text = await panel(page);
    expect(text).toContain('seed-1');
    expect(serves.length).toBeGreaterThan(0);
    for (const { remote } of serves) expect(text).toContain(`${history.cast.peers[remote]?.id}: `);
    // The sentences of the command line.
    const told = explain(new Story(trace), {
      peer: data.indices[0] ?? 0,
      atUs: Math.round(0.4 * trace.endUs),
    });
    expect(told.length).toBeGreaterThan(1);
    for (const { title, sentences } of told)
      for (const each of [title, ...sentences]) expect(text).toContain(each);
    expect(await page.locator('#time-bar').textContent()).toContain('seed-1');
    await page.keyboard.press('Escape');
    expect(await panel(page)).toContain('Click a peer');
  });

  it('shows of a clicked piece who had it from whom', async () => {
    const page = await browser.open(1280);
    await goTo(page, 1);
    const strip = player(page).locator('.swarm-strip');
    const width = (await strip.boundingBox())?.width ?? 0;
    await strip.click({ position: { x: (width * 5.5) / 32, y: 30 } });
    const text = await panel(page);
    expect(text).toContain('piece 5,');
    const family = history.familyOf(5, trace.endUs);
    expect(family.length).toBe(PEERS);
    expect(await player(page).locator('.swarm-family li').count()).toBe(PEERS);
    const parents = await player(page)
      .locator('.swarm-family li')
      .evaluateAll((items) =>
        items.map((item) => [
          item.firstChild?.textContent?.split(',')[0],
          item.parentElement?.parentElement?.firstChild?.textContent?.split(',')[0],
        ]),
      );
    for (const { peer, from } of family) {
      if (from < 0) continue;
      const name = (place: number) => history.cast.peers[place]?.id;
      expect(parents).toContainEqual([name(peer), name(from)]);
    }
    const why = player(page).locator('.swarm-family .why');
    expect(await why.count()).toBe(PEERS - 1);
    await why.first().click();
    expect(await player(page).locator('.swarm-family .because').textContent()).toMatch(/piece 5/);
    // The same piece once more: nothing is chosen.
    await strip.click({ position: { x: (width * 5.5) / 32, y: 30 } });
    expect(await panel(page)).toContain('Click a peer');
  });

  it('chooses a piece on a ring by where it is clicked', async () => {
    const page = await browser.open(1280);
    await goTo(page, 1);
    await ring(page, 0).scrollIntoViewIfNeeded();
    const box = await ring(page, 0).boundingBox();
    if (box === null) throw new Error('no ring');
    const half = box.width / 2;
    // Just right of the top of the band: the first piece.
    await ring(page, 0).click({ position: { x: half + 3, y: 6 + (half - 6) * 0.2 } });
    expect(await panel(page)).toContain('piece 0,');
  });

  it('follows the colours of the page', async () => {
    const page = await browser.open(1280);
    // The star of the seed in the middle has the colour of the page.
    const shade = (): Promise<string> =>
      player(page)
        .locator('.swarm-picture canvas')
        .first()
        .evaluate((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const copy = document.createElement('canvas').getContext('2d');
          copy?.drawImage(canvas as HTMLCanvasElement, -width / 2, -height / 2 + 13);
          return Array.from(copy?.getImageData(0, 0, 1, 1).data ?? []).join();
        });
    expect(await shade()).toBe('255,255,255,255');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(shade).toBe('20,23,27,255');
  });
});
