/** The live page as it is built, opened from disk in a real browser: whatever it complains of or fetches is noted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGUMENTS, Pages } from './report-browser.ts';

export const LIVE_PAGE = fileURLToPath(new URL('../../dist/play/index.html', import.meta.url));
/** A run takes a second of a processor that others use, too. */
export const RUN_DEADLINE_MS = 90_000;

export class PlayBrowser {
  readonly #folder: string;
  readonly #context: BrowserContext;
  readonly #pages: Pages;
  #opened = 0;

  private constructor(folder: string, context: BrowserContext) {
    this.#folder = folder;
    this.#context = context;
    context.setDefaultTimeout(RUN_DEADLINE_MS);
    this.#pages = new Pages(context, /^(?:file|data|blob):/);
  }

  static async start(): Promise<PlayBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'swarmlab-play-'));
    const options = { executablePath: CHROMIUM, args: [...CHROMIUM_ARGUMENTS] };
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), options);
    await context.addInitScript(letFramesHurry);
    return new PlayBrowser(folder, context);
  }

  async open(
    chapter: string,
    { width = 1280, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
    path = LIVE_PAGE,
  ): Promise<Page> {
    // With an address of its own it begins anew also where only the chapter is another.
    const address = `${pathToFileURL(path).href}?${this.#opened++}#${chapter}`;
    return await this.#pages.take(address, width, colorScheme);
  }

  /** Ends the use of the pages that are open; what they complained of since the last call. */
  closePages(): string[] {
    return this.#pages.release();
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface HurriedWindow {
  framesHurry?: number;
}

/** In the page: between two frames as many times as long has passed as `framesHurry` says, as on a slow screen. */
function letFramesHurry(): void {
  const hurried = window as HurriedWindow;
  const next = window.requestAnimationFrame.bind(window);
  let [shownMs, lastMs] = [0, 0];
  window.requestAnimationFrame = (frame) =>
    next((nowMs) => {
      shownMs += (nowMs - lastMs) * (hurried.framesHurry ?? 1);
      lastMs = nowMs;
      frame(shownMs);
    });
}

/** What plays in the page plays eight times as fast from here on. */
export async function hurry(page: Page): Promise<void> {
  await page.evaluate(() => {
    (window as HurriedWindow).framesHurry = 8;
  });
}

/** Moves a slider as a hand does: to a share of its way, and lets go. */
export async function slide(page: Page, selector: string, share: number): Promise<void> {
  await page
    .locator(selector)
    .first()
    .evaluate((node, to) => {
      const slider = node as HTMLInputElement;
      const from = Number(slider.min);
      slider.value = String(from + (Number(slider.max) - from) * to);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      slider.dispatchEvent(new Event('change', { bubbles: true }));
    }, share);
}

export const TIME = 'input[aria-label="Time in the run"]';
export const SPEED = 'input[aria-label="Speed"]';

/** The digest of the playground's run, once it is over. */
export async function digestOf(page: Page): Promise<string> {
  const digest = page.locator('#digest');
  await digest.filter({ hasText: /^[0-9a-f]{32}$/ }).waitFor();
  return (await digest.textContent()) ?? '';
}
