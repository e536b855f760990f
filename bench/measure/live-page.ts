/**
 * The live page in Chromium with 29 homes, a source and 128 pieces: how many frames a second it draws while the swarm moves, and
 * how many of them took longer than one should. The simulation goes on in the page's worker meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withOwnScenario } from '../../viz/play/own-scenario.ts';
import { ChromiumPage, findChromium } from '../chromium-page.ts';

const FOR_MS = 10_000;
/** A frame and a half at 60 frames a second. */
const LONG_MS = 25;

const TEXT = `version: 1
name: live-page
time: { until: 20m }
torrent: { size: 16 MiB, piece: 128 KiB }
peers:
  - { group: source, have: all, link: { down: 4 Mbit/s, up: 4 Mbit/s, latency: 10ms } }
  - { group: homes, count: 29, link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 10ms..30ms } }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=homes}) == 1" }
`;

export interface LivePageMeasurement {
  readonly framesPerSecond: number | undefined;
  /** Frames longer than 25 ms, of all. */
  readonly longFrames: number | undefined;
  readonly frames: number | undefined;
}

export async function measureLivePage(): Promise<LivePageMeasurement> {
  const executable = findChromium();
  if (executable === undefined) {
    return { framesPerSecond: undefined, longFrames: undefined, frames: undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'swarmlab-bench-play-'));
  const path = join(folder, 'play.html');
  const built = join(dirname(fileURLToPath(import.meta.url)), 'play', 'index.html');
  const html = withOwnScenario(readFileSync(built, 'utf8'), { name: 'live-page', text: TEXT });
  if (html === undefined) throw new Error('the live page takes no scenario');
  writeFileSync(path, html);
  const page = await ChromiumPage.start(executable);
  try {
    await page.navigate(`${pathToFileURL(path).href}#playground`);
    return await page.evaluate<LivePageMeasurement>(`(${countFrames})(${FOR_MS}, ${LONG_MS})`);
  } finally {
    await page.close();
    rmSync(folder, { recursive: true });
  }
}

/** Runs in the page, from when the swarm is half-way on. */
const countFrames = `(forMs, longMs) => new Promise((done) => {
  let frames = 0;
  let longFrames = 0;
  let startMs;
  let lastMs;
  const frame = (nowMs) => {
    startMs ??= nowMs;
    if (lastMs !== undefined) {
      frames++;
      if (nowMs - lastMs > longMs) longFrames++;
    }
    lastMs = nowMs;
    if (nowMs - startMs < forMs) return requestAnimationFrame(frame);
    done({ frames, longFrames, framesPerSecond: (frames * 1000) / (nowMs - startMs) });
  };
  const look = () => {
    const slider = document.querySelector('input[aria-label="Time in the run"]');
    if (!/^[0-9a-f]{32}$/.test(document.querySelector('#digest')?.textContent ?? '')) return setTimeout(look, 50);
    slider.value = String(slider.max * 0.3);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    [...document.querySelectorAll('button')].find((each) => each.textContent === 'Play').click();
    requestAnimationFrame(frame);
  };
  look();
})`;
