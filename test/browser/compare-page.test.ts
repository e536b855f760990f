/** The page of a sweep in a real browser: every mark is drawn, nothing is fetched, nothing complains. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelOf } from '../../src/cli/sweep/comparison-page.ts';
import { judgeComparisons } from '../../src/scenarios/sweep/compare.ts';
import { contrastsOf, type SweepResult } from '../../src/scenarios/sweep/contrasts.ts';
import { buildRace } from '../../viz/compare/build-race.ts';
import { simulate, smallPlan } from '../support/small-plan.ts';
import { chromiumAvailable, ReportBrowser } from './report-browser.ts';

const SECOND = 1_000_000;
const REPS = 5;
const labels = ['rarest-first', 'random'].flatMap((picker) => ['10', '40'].map((count) => [picker, count]));
const result: SweepResult = {
  sweep: {
    seeds: 'paired',
    factors: [
      { path: 'peers.crowd.engine.picker', labels: ['rarest-first', 'random'] },
      { path: 'peers.crowd.count', labels: ['10', '40'] },
    ],
    cells: labels.map((own) => ({ settings: [], labels: own })),
  },
  figures: [
    { name: 'completion_time_max_us', unit: 'us', better: 'lower', words: 'the longest completion time' },
    { name: 'seed_copies', unit: 'plain', better: undefined, words: '</script><b>what seeds send</b>' },
  ],
  rows: labels.flatMap((_, cell) =>
    Array.from({ length: REPS }, (__, rep) => {
      const lastUs = (100 + 20 * cell + ((rep * 7 + cell * 3) % 5)) * SECOND;
      return {
        cell: cell + 1,
        rep: rep + 1,
        seed: rep + 1,
        status: 'done' as const,
        reason: '',
        digest: '',
        notHeld: [],
        figures: [lastUs, 2 + cell / 10 + rep / 100],
        // In one of them the last downloader never completed.
        completions: [0.5, 0.8, 1].map((share) => (share === 1 && rep === 4 ? null : share * lastUs)),
      };
    }),
  ),
};

describe.skipIf(!chromiumAvailable())('the page of a sweep', () => {
  let browser: ReportBrowser;

  beforeAll(async () => {
    const judged = judgeComparisons(contrastsOf(result, 0, [0, 1]));
    const model = modelOf({
      title: 'pickers, sweep',
      eyebrow: 'swarmlab sweep',
      notes: ['a note'],
      judged,
      sides: [{ result, compared: { factor: 0 } }],
      command: 'npx swarmlab sweep pickers.yaml',
    });
    browser = await ReportBrowser.start('pickers, sweep', model, 'viz/compare/main.ts');
  });
  afterAll(() => browser?.close());

  test.each([
    ['wide', 1100, 'light'],
    ['narrow', 380, 'dark'],
  ] as const)('%s draws every mean, pair and curve', async (_, width, scheme) => {
    const page = await browser.open(width, scheme);
    const count = (mark: string) => page.locator(`[data-mark="${mark}"]`).count();
    // Two metrics, two sizes, two pickers.
    expect(await count('mean')).toBe(8);
    expect(await count('one-run')).toBe(8 * REPS);
    // Of 100 to 104 s in some order: the spread of the first cell.
    const spread = await page.locator('table.means').first().locator('tbody tr').first().textContent();
    expect(spread).toMatch(/5.*1m42s.*1m40s1m41s1m42s1m43s1m44s$/);
    expect(await count('difference')).toBe(4);
    expect(await page.locator('[data-mark="difference"] circle').count()).toBe(4 * (REPS + 1));
    expect(await count('middle')).toBe(4);
    expect(await count('run')).toBe(4 * REPS);
    expect(await page.locator('h1').textContent()).toBe('pickers, sweep');
    expect(await page.locator('table.verdicts').first().textContent()).toContain('the slowest peer finishes');
    expect(await page.locator('body').textContent()).toContain('</script><b>what seeds send</b>');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(browser.closePages()).toEqual([]);
  });
});

describe.skipIf(!chromiumAvailable())('a race of two runs', () => {
  const runs = [[], [{}, {}, {}]].map((more) => simulate(smallPlan([{}, {}, {}, ...more])));
  const [fast, slow] = runs as [(typeof runs)[number], (typeof runs)[number]];
  const race = buildRace({ label: 'few', trace: fast }, { label: 'many', trace: slow });
  const doneUs = race.sides.map(({ completedUs }) => completedUs.at(-1) ?? Number.NaN);
  let browser: ReportBrowser;

  beforeAll(async () => {
    const judged = judgeComparisons(contrastsOf(result, 0, [0, 1]));
    const page = { title: 'two runs', eyebrow: '', notes: [], judged, sides: [], command: null };
    browser = await ReportBrowser.start('two runs', modelOf({ ...page, race }), 'viz/compare/main.ts');
  });
  afterAll(() => browser?.close());

  test('shows both at one instant, says who is ahead and who won, plays and steps', async () => {
    const page = await browser.open(1280);
    const figure = page.locator('figure[data-chart=race]');
    const lead = async () => (await figure.locator('.race-lead').textContent()) ?? '';
    const goTo = (timeUs: number) =>
      figure
        .locator('input[aria-label="Time in the run"]')
        .fill(String((timeUs / Math.max(fast.endUs, slow.endUs)) * 1000));
    expect(await figure.locator('section').count()).toBe(2);
    expect(await figure.locator('.swarm-peers button').count()).toBe(3 + 6);
    expect(doneUs[0]).toBeLessThan(doneUs[1] as number);
    await goTo(doneUs[0] as number);
    await goTo(((doneUs[0] as number) + (doneUs[1] as number)) / 2);
    expect(await lead()).toContain('with few everybody is complete; many is at ');
    await goTo(doneUs[1] as number);
    await page.keyboard.press('ArrowRight');
    expect(await lead()).toContain('few won');
    expect(await figure.locator('.race-state').first().textContent()).toMatch(/^All 2 downloaders complete/);
    const bars = await figure
      .locator('progress')
      .evaluateAll((all) => all.map((bar) => (bar as HTMLProgressElement).value));
    expect(bars).toEqual([1, 1]);
    await goTo(0);
    await figure.locator('.swarm-peers button').first().focus();
    await page.keyboard.press(' ');
    await expect.poll(lead).not.toContain('At 0s');
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    expect(await figure.locator('.note').textContent()).toMatch(/^(few|many): /);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(browser.closePages()).toEqual([]);
  });
});
