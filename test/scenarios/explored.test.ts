/** What exploration has found, in its smallest form: each failed once, and none does any more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ScenarioDraft } from '../../src/scenarios/explore/draft.ts';
import { tryDraft } from '../../src/scenarios/explore/try-draft.ts';
import { nodeHasher } from '../support/fake-world.ts';

const FOLDER = fileURLToPath(new URL('explored', import.meta.url));

test.each(readdirSync(FOLDER).sort())('%s goes well now', (name) => {
  const draft = parse(readFileSync(join(FOLDER, name), 'utf8')) as ScenarioDraft;
  const { failure, checks } = tryDraft(draft, nodeHasher);
  expect(failure).toBeUndefined();
  expect(checks.filter(({ evaluations }) => evaluations > 0).length).toBeGreaterThan(8);
});
