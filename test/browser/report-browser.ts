/** Reports in a real browser, opened from disk: whatever a page complains of or fetches is noted. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { CompareModel } from '../../viz/compare/model.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import type { ReportModel } from '../../viz/report/model.ts';
import type { ReportHook } from '../../viz/report/report-hook.ts';
import { optionalComponent } from '../support/optional.ts';

export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function chromiumAvailable(): boolean {
  return optionalComponent(
    'Chromium for the browser tests',
    existsSync(CHROMIUM),
    'apt-get install chromium, or set CHROMIUM_PATH',
  );
}

/**
 * Pages of a browser, used again and again: for a new one the browser starts processes, which takes longer than what most
 * tests do there. Whoever takes one goes to an address of its own with it.
 */
export class Pages {
  readonly #context: BrowserContext;
  readonly #complaints: string[] = [];
  readonly #known = new Set<Page>();
  readonly #free: Page[];
  readonly #mayFetch: RegExp;

  /** What pages may ask for by `mayFetch`, besides which everything they ask for is a complaint. */
  constructor(context: BrowserContext, mayFetch: RegExp) {
    this.#context = context;
    this.#mayFetch = mayFetch;
    this.#free = context.pages();
  }

  /** As a page that is new: nothing is left of what was looked at before but what a browser keeps of a tab. */
  async take(address: string, width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
    const page = this.#free.pop() ?? (await this.#context.newPage());
    if (!this.#known.has(page)) this.#listen(page);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(address);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    return page;
  }

  /** Takes the pages back; what they complained of since the last call. */
  release(): string[] {
    this.#free.splice(0, this.#free.length, ...this.#context.pages());
    return this.complaints();
  }

  /** What the pages complained of since the last call. */
  complaints(): string[] {
    return this.#complaints.splice(0);
  }

  #listen(page: Page): void {
    this.#known.add(page);
    page.on('console', (message) => this.#complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.#complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!this.#mayFetch.test(request.url())) this.#complaints.push(`fetched ${request.url()}`);
    });
  }
}

/** A report on disk and the browser that it is opened in; to be closed. */
export class ReportBrowser {
  readonly #folder: string;
  readonly #scriptText: string;
  readonly #context: BrowserContext;
  readonly #pages: Pages;
  readonly #addresses: string[] = [];

  private constructor(folder: string, scriptText: string, context: BrowserContext) {
    this.#folder = folder;
    this.#scriptText = scriptText;
    this.#context = context;
    this.#pages = new Pages(context, /^(?:file|data):/);
  }

  static async start(
    title: string,
    data: ReportModel | CompareModel,
    script = 'viz/report/main.ts',
  ): Promise<ReportBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'swarmlab-report-'));
    const bundle = await build({
      entryPoints: [script],
      bundle: true,
      format: 'iife',
      minify: true,
      target: 'es2022',
      write: false,
    });
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: CHROMIUM,
      args: [...CHROMIUM_ARGUMENTS],
      acceptDownloads: true,
    });
    const browser = new ReportBrowser(folder, bundle.outputFiles[0]?.text ?? '', context);
    browser.add(title, data);
    return browser;
  }

  /** One more report for the same browser; returns its number. */
  add(title: string, data: ReportModel | CompareModel): number {
    const path = join(this.#folder, `report-${this.#addresses.length}.html`);
    writeFileSync(path, renderReportHtml({ title, scriptText: this.#scriptText, data }));
    return this.#addresses.push(pathToFileURL(path).href) - 1;
  }

  async open(width: number, colorScheme: 'light' | 'dark' = 'light', report = 0): Promise<Page> {
    return await this.#pages.take(this.#addresses[report] ?? '', width, colorScheme);
  }

  /** Ends the use of the pages that are open; what they complained of since the last call. */
  closePages(): string[] {
    return this.#pages.release();
  }

  /** What the pages complained of since the last call. */
  complaints(): string[] {
    return this.#pages.complaints();
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The colour at a place of a figure's canvas, given as fractions of its width and height. */
export function pixel(page: Page, figure: string, x: number, y: number): Promise<string> {
  return page.locator(`figure[data-chart=${figure}] canvas`).evaluate(
    (canvas, [fx, fy]) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const copy = document.createElement('canvas').getContext('2d');
      copy?.drawImage(canvas as HTMLCanvasElement, -Math.floor(width * fx), -Math.floor(height * fy));
      const data = copy?.getImageData(0, 0, 1, 1).data;
      return Array.from(data ?? []).join(',');
    },
    [x, y] as const,
  );
}

/** What the panel at the pointer says at a place of a figure's plot, as fractions: "heading | line | line". */
export async function hover(page: Page, figure: string, x: number, y: number): Promise<string> {
  const area = page.locator(`figure[data-chart=${figure}] .capture`);
  await area.scrollIntoViewIfNeeded();
  const box = await area.boundingBox();
  if (box === null) throw new Error('nothing to point at');
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
  const tip = page.locator('#tip');
  return tip.evaluate((panel) => [...panel.children].map((line) => line.textContent).join(' | '));
}

/** Moves the one slider of the page, in steps of which it has 500; every chart has followed when this ends. */
export async function moveTime(page: Page, step: number): Promise<void> {
  await page.locator('#time').fill(String(step));
  await settle(page);
}

/** Brings charts that are out of view up to date with the selection. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as { swarmlabReport: ReportHook }).swarmlabReport.settle());
}
