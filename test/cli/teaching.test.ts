/**
 * The lesson, as a teacher follows it: its commands are runs of the library, what it quotes from the page is said there, and each of its parts has a chapter of the page and a scenario of the library.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillIn } from '../../viz/play/chapter.ts';
import { CHAPTERS } from '../../viz/play/chapters/chapters.ts';
import { LiveRecord } from '../../viz/play/live-record.ts';
import { ContentCache, LiveRun } from '../../viz/play/live-run.ts';
import { Sha1Hasher } from '../../viz/play/sha1-hasher.ts';

const LESSON = readFileSync(new URL('../../docs/TEACHING.md', import.meta.url), 'utf8');
const DEADLINE_MS = 300_000;

interface Part {
  readonly title: string;
  readonly text: string;
}

const parts: Part[] = LESSON.split(/^## (?=\d\. )/m)
  .slice(1)
  .map((text) => ({ title: text.split('\n')[0] ?? '', text }));

function blocks(text: string, kind: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
}

/** Everything that the page says in its captions. */
function captions(): string[] {
  const contents = new ContentCache(new Sha1Hasher());
  return CHAPTERS.flatMap(({ acts }) => acts).flatMap((act) => {
    const moments = act.captions.map(({ when }) => when);
    const records = act.swarms.map(({ text }) => {
      const started = LiveRun.start(text, contents);
      if (!started.ok) throw new Error(started.fault.message);
      const { run } = started;
      const record = new LiveRecord(run.header, run.plan.endUs, moments);
      run.advance(Number.POSITIVE_INFINITY);
      const { events, strings, untilUs } = run.take();
      record.add(events, strings, untilUs);
      const end = run.end();
      if (end.ok) record.finish(end.value);
      return record;
    });
    return act.captions.map(({ of, text }, index) => {
      const record = records[of];
      const facts = record?.moments.reached[index];
      return facts === undefined ? '' : fillIn(text, facts, record?.header.torrent.pieceCount ?? 0);
    });
  });
}

test('has a part for each chapter, in its order, and one to play', () => {
  const titles = parts.map(({ title }) => title.replace(/^\d\. /, ''));
  expect(titles).toEqual([...CHAPTERS.map(({ title }) => title), 'Break it']);
  for (const [index, { library }] of CHAPTERS.entries()) {
    expect(blocks(parts[index]?.text ?? '', 'sh').join()).toContain(library);
  }
});

test('quotes what the page says', { timeout: DEADLINE_MS }, () => {
  const said = captions();
  const quoted = [...LESSON.matchAll(/^> (.*)$/gm)].map(([, text]) => text);
  expect(quoted.length).toBeGreaterThanOrEqual(9);
  for (const text of quoted) expect(said).toContain(text);
});

test('runs scenarios of the library and opens the page, and shows what they say', () => {
  // What they say is held to be so where the library is run (library.test.ts).
  for (const { title, text } of parts) {
    const commands = blocks(text, 'sh');
    for (const command of commands) expect(command, title).toMatch(/^npx swarmlab (?:play|run [\w-]+)$/);
    if (commands.length > 0) expect(blocks(text, 'text').length, title).toBeGreaterThan(0);
  }
});
