/** `swarmlab play`: says where the page is, and puts a scenario into a page of its own, which says the same as the command. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NO_OWN, OWN_ELEMENT, readOwnScenario, withOwnScenario } from '../../viz/play/own-scenario.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { expectRefused, scenarioText, swarmlab, temporaryFolder } from './support.ts';

const OWN = new RegExp(`<script type="application/json" id="${OWN_ELEMENT}">(.*?)</script>`);
const digestOf = (stdout: string): string => /"digest": "([0-9a-f]{32})"/.exec(stdout)?.[1] ?? 'none';

describe.skipIf(!SWARMLAB)('swarmlab play', () => {
  test('points at a page that is there, and is one file without a connection', async () => {
    const ended = await swarmlab(['play']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [path = '', address] = ended.stdout.split('\n');
    expect(address).toBe(`  open it in a browser: file://${path}`);
    const page = readFileSync(path, 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
    expect(page).toContain(NO_OWN);
    // As stated in docs/LIMITS.md.
    expect(page.length).toBeLessThan(1.5 * 2 ** 20);
  });

  test.each(['most-common-dies', 'small.yaml'])(
    'puts %s into a page, as a text that needs no other file',
    async (name) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'small.yaml'), `# </script> is a comment.\n${scenarioText()}`);
      const ended = await swarmlab(['play', name, '--out', 'pages'], { cwd: folder });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const page = readFileSync(ended.stdout.split('\n')[0] ?? '', 'utf8');
      const own = readOwnScenario(OWN.exec(page)?.[1] ?? '');
      expect(own?.text).not.toContain('extends');
      writeFileSync(join(folder, 'own.yaml'), own?.text ?? '');
      const whole = await swarmlab(['run', './own.yaml', '--json'], { cwd: folder });
      const original = await swarmlab(['run', name, '--json'], { cwd: folder });
      expect(digestOf(whole.stdout)).toMatch(/^[0-9a-f]{32}$/);
      expect(digestOf(whole.stdout)).toBe(digestOf(original.stdout));
    },
  );

  test('refuses what a page cannot run, and writes nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'large.yaml'), scenarioText({ name: 'large', leechers: 5000 }));
    writeFileSync(join(folder, 'wrong.yaml'), scenarioText({ name: 'wrong', until: 'soon' }));
    const own = scenarioText({ name: 'own' }).replace('count: 3', 'count: 3, engine: { picker: ./mine.ts }');
    writeFileSync(join(folder, 'own.yaml'), own);
    writeFileSync(
      join(folder, 'mine.ts'),
      "export const picker = { name: 'mine', pick: (view) => ({ piece: view.candidateAt(0), rule: 'mine' }) };",
    );
    expectRefused(await swarmlab(['play', './large.yaml'], { cwd: folder }), 2, '5001 peers');
    expectRefused(await swarmlab(['play', './wrong.yaml'], { cwd: folder }), 2, 'wrong.yaml:5:');
    expectRefused(await swarmlab(['play', './own.yaml'], { cwd: folder }), 2, 'no files beside it');
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });
});

test('a page that is none takes no scenario', () => {
  expect(withOwnScenario('<html></html>', { name: 'x', text: 'y' })).toBeUndefined();
  expect(readOwnScenario('null')).toBeUndefined();
  expect(readOwnScenario('{')).toBeUndefined();
});
