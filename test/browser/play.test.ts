/**
 * The live page in a real browser: every chapter to its end, the playground under many hands, its digest beside that of the
 * command line, keys, narrow screens, and what axe has to say.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/sim/random.ts';
import { CHAPTERS } from '../../viz/play/chapters/chapters.ts';
import { swarmlab, temporaryFolder } from '../cli/support.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { audit, COLOUR_RULES, WIDTH_RULES } from './audit.ts';
import { digestOf, hurry, PlayBrowser, RUN_DEADLINE_MS, SPEED, slide, TIME } from './play-browser.ts';
import { chromiumAvailable } from './report-browser.ts';

const DEADLINE_MS = 4 * RUN_DEADLINE_MS;

describe.skipIf(!SWARMLAB || !chromiumAvailable())('the live page', () => {
  let browser: PlayBrowser;
  beforeAll(async () => {
    browser = await PlayBrowser.start();
  });
  afterEach(async () => {
    expect(browser.closePages()).toEqual([]);
  });
  afterAll(() => browser.close());

  const state = (page: Page): Promise<string | null> => page.locator('.story').getAttribute('data-state');

  /** What is said on the way to the end of an act, with a click whenever the page waits for one. */
  async function watchAct(page: Page): Promise<string[]> {
    // How fast the fastest is depends on how long the run is.
    await page.locator('.stage[data-complete=true]').waitFor();
    await hurry(page);
    await slide(page, SPEED, 1);
    const said: string[] = [];
    for (;;) {
      const waits = page.locator('.go-on:not([hidden])').filter({ hasText: 'Go on' });
      await page.locator('.story[data-state=answered], .go-on:not([hidden]):text("Go on")').first().waitFor();
      const caption = (await page.locator('.caption').textContent()) ?? '';
      if (said.at(-1) !== caption) said.push(caption);
      if ((await state(page)) === 'answered') return said;
      await waits.click();
    }
  }

  describe.each(CHAPTERS.map((chapter, index) => [chapter.title, chapter, index] as const))(
    '%s',
    (_title, chapter, index) => {
      test(
        'asks, shows every caption, answers, and leads on',
        async () => {
          const page = await browser.open(chapter.id);
          for (const [number, act] of chapter.acts.entries()) {
            expect(await state(page)).toBe('asking');
            expect(await page.locator('.caption').textContent()).toBe('');
            expect(await page.locator('.choice').allTextContents()).toEqual(act.choices);
            await page
              .locator('.choice')
              .nth((act.right + number) % 3)
              .click();
            const said = await watchAct(page);
            expect(said).toHaveLength(act.captions.length);
            expect(said.join()).not.toMatch(/[{}]|NaN|undefined/);
            const verdict = (await page.locator('.answer .verdict').textContent()) ?? '';
            expect(verdict).toMatch(number === 0 ? /^You said it: / : /^You said: .* It was: /);
            expect(verdict).toContain(act.choices[act.right]);
            await page.locator('.answer .primary').click();
          }
          const next = CHAPTERS[index + 1]?.title ?? 'Playground';
          await page.locator('nav [aria-current]').filter({ hasText: next }).waitFor();
        },
        DEADLINE_MS,
      );
    },
  );

  test(
    'gives the digest of the command line for the text that it shows',
    async () => {
      const page = await browser.open('playground');
      await digestOf(page);
      await slide(page, TIME, 0.3);
      await page.locator('.swarm-peers button[data-peer="4"]').press('Enter');
      await page.getByText('Cut it off').click();
      await page.getByText('Add a free-rider').click();
      const here = await digestOf(page);
      const text = await page.locator('#yaml').inputValue();
      expect(text).toMatch(/partition: \{ peer: homes-4 \}[\s\S]*$/);
      expect(text).toContain('behaviour: free-rider');
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'scenario.yaml'), text);
      const run = await swarmlab(['run', 'scenario.yaml', '--json'], {
        cwd: folder,
        deadlineMs: RUN_DEADLINE_MS,
      });
      expect(run.stdout).toContain(`"digest": "${here}"`);
    },
    DEADLINE_MS,
  );

  test(
    'keeps both histories when somebody goes back and does something else',
    async () => {
      const page = await browser.open('playground');
      const first = await digestOf(page);
      await slide(page, TIME, 0.9);
      await slide(page, TIME, 0.2);
      await page.locator('.swarm-peers button[data-peer="2"]').press('Enter');
      await page.getByText('homes-2 leaves').click();
      const second = await digestOf(page);
      expect(second).not.toBe(first);
      const histories = page.locator('.histories button');
      expect(await histories.count()).toBe(2);
      expect(await histories.nth(1).textContent()).toMatch(/^from .*: homes-2 leaves/);
      await histories.nth(0).click();
      await page.locator('#digest').filter({ hasText: first }).waitFor();
      expect(await page.locator('#yaml').inputValue()).not.toContain('leave');
    },
    DEADLINE_MS,
  );

  test(
    'says what is wrong with a text, and goes on with the next one',
    async () => {
      const page = await browser.open('playground');
      const before = await digestOf(page);
      const text = await page.locator('#yaml').inputValue();
      await page.locator('#yaml').fill(text.replace('count: 12', 'count: twelve'));
      await page.getByText('Run this text').click();
      const fault = page.locator('#fault');
      await fault.waitFor();
      expect(await fault.textContent()).toMatch(/scenario\.yaml:9:\d+: [\s\S]*twelve/);
      await page.locator('#yaml').fill(text);
      await page.getByText('Run this text').click();
      await fault.waitFor({ state: 'hidden' });
      expect(await digestOf(page)).toBe(before);
    },
    DEADLINE_MS,
  );

  test(
    'turns its knobs: a new swarm, and the text says so',
    async () => {
      const page = await browser.open('playground');
      await digestOf(page);
      await slide(page, '#knob-homes-count', 0);
      await page.locator('#knob-homes-picker').selectOption({ label: 'sequential' });
      await digestOf(page);
      const text = await page.locator('#yaml').inputValue();
      expect(text).toMatch(/group: homes, count: 1, .*engine: \{ picker: sequential \}/);
      expect(await page.locator('.swarm-peers button').count()).toBe(2);
    },
    DEADLINE_MS,
  );

  test(
    'survives 120 clicks and slides at random, each a seeded draw',
    async () => {
      const page = await browser.open('playground');
      await digestOf(page);
      const random = SeededRandom.ofRun(20).fork('clicks');
      // Not the links, which are other tests', nor what opens windows of the browser itself.
      const things =
        '.playground button:not(:has-text("Save")), .playground input[type=range], .playground select, .swarm-strip';
      const done: string[] = [];
      for (let number = 0; number < 120; number++) {
        const [what, fault] = await page.evaluate(
          async ([selector, draw, share]) => {
            const usable = [...document.querySelectorAll<HTMLElement>(selector)].filter(
              (node) => node.offsetParent !== null && !/Save/.test(node.textContent ?? ''),
            );
            const node = usable[draw % usable.length];
            if (node instanceof HTMLInputElement) {
              const [from, to] = [Number(node.min), Number(node.max)];
              node.value = String(from + (to - from) * share);
              node.dispatchEvent(new Event('input', { bubbles: true }));
              node.dispatchEvent(new Event('change', { bubbles: true }));
            } else if (node instanceof HTMLSelectElement) {
              node.selectedIndex = Math.floor(share * node.options.length);
              node.dispatchEvent(new Event('change', { bubbles: true }));
            } else node?.click();
            const name =
              node?.id || node?.getAttribute('aria-label') || node?.textContent?.slice(0, 20) || 'nothing';
            // A picture in between, so that what was asked for begins.
            await new Promise((resolve) => requestAnimationFrame(resolve));
            const shown = document.querySelector<HTMLElement>('#fault');
            return [name, shown?.dataset.blame ?? ''] as const;
          },
          [
            things.replaceAll(':not(:has-text("Save"))', ''),
            random.uint32(),
            random.below(1000) / 1000,
          ] as const,
        );
        done.push(what);
        expect(['', 'size'], done.slice(-10).join(' | ')).toContain(fault);
      }
      expect(new Set(done).size).toBeGreaterThan(30);
      await page.getByText('Add a home').click();
      expect(await page.locator('.histories button').count()).toBeGreaterThan(3);
    },
    DEADLINE_MS,
  );

  test(
    'is usable with keys alone',
    async () => {
      const page = await browser.open('swarm');
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
      for (let tabs = 0; tabs < 20 && (await focused()) !== 'about 1 minute'; tabs++)
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('.go-on').filter({ hasText: 'Go on' }).waitFor();
      const first = await page.locator('.caption').textContent();
      expect(first).not.toBe('');
      // The focus is where the story goes on.
      await page.keyboard.press('Enter');
      await page.locator('.go-on').filter({ hasText: 'Pause' }).waitFor();
      await page.keyboard.press('Space');
      await page.locator('.go-on').filter({ hasText: 'Go on' }).waitFor();
      const names = await page
        .locator('.swarm-peers button')
        .evaluateAll((all) => all.map((node) => node.getAttribute('aria-label') ?? ''));
      expect(names).toHaveLength(13);
      for (const name of names) expect(name).toMatch(/^\w+-\d+: .*of 48 pieces/);
    },
    DEADLINE_MS,
  );

  test.each([
    [1280, 'light', 'dark', {}],
    // At another width only these can be wrong, and in other colours fewer.
    [400, 'dark', 'light', { rules: WIDTH_RULES }],
  ] as const)(
    'gives axe nothing to complain of, %i px wide, %s and then %s',
    async (width, colorScheme, other, rules) => {
      const auditBoth = async (page: Page): Promise<void> => {
        expect(await audit(page, rules)).toEqual([]);
        await page.emulateMedia({ colorScheme: other });
        expect(await audit(page, { rules: COLOUR_RULES })).toEqual([]);
        await page.emulateMedia({ colorScheme });
      };
      const story = await browser.open('one-server', { width, colorScheme });
      await auditBoth(story);
      await story.locator('.choice').nth(1).click();
      await watchAct(story);
      await auditBoth(story);
      await story.close();
      const ground = await browser.open('playground', { width, colorScheme });
      await digestOf(ground);
      await slide(ground, TIME, 0.5);
      await ground.locator('.swarm-peers button[data-peer="1"]').press('Enter');
      await auditBoth(ground);
    },
    DEADLINE_MS,
  );

  test(
    'fits a telephone: nothing sticks out, two swarms stand one above the other',
    async () => {
      const page = await browser.open('rarest-first', { width: 400 });
      const widest = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await widest()).toBeLessThanOrEqual(400);
      await page.locator('.choice').first().click();
      await watchAct(page);
      expect(await widest()).toBeLessThanOrEqual(400);
      const [left, right] = await page.locator('.stage-picture').all();
      const [one, other] = [await left?.boundingBox(), await right?.boundingBox()];
      expect(other?.y).toBeGreaterThan(one?.y ?? Number.POSITIVE_INFINITY);
      await page.goto(page.url().replace(/#.*/, '#playground'));
      await digestOf(page);
      expect(await widest()).toBeLessThanOrEqual(400);
    },
    DEADLINE_MS,
  );
});
