/** What a plan has where a scenario says nothing is what the language says. */
import { expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import { DEFAULT_ENGINE, PLAN_DEFAULTS, plannedPeer } from '../../src/scenarios/plan-defaults.ts';
import { parse, SMALL } from './support.ts';

it('the defaults of plans are those of the language', () => {
  const plan = expand(parse(SMALL), 1);
  expect(plan).toMatchObject(PLAN_DEFAULTS);
  const [seed] = plan.peers;
  expect(seed).toEqual(
    plannedPeer('seed-1', { have: 'all', link: seed?.link as NonNullable<typeof seed>['link'] }),
  );
  expect(seed?.link).toMatchObject({
    jitterUs: 0,
    lossPerMillion: 0,
    lossBurst: 1,
    nat: 'open',
    caps: [],
    schedule: [],
  });
  expect(seed?.engine).toEqual(DEFAULT_ENGINE);
});
