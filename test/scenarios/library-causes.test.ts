/**
 * A claim of the library is about a cause: without it the scenario is red. Each is run here with the cause taken away, and
 * what it expects fails, not for want of data, in the expectation that is about it.
 */
import { expect, test } from 'vitest';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { judge } from '../../src/scenarios/expectations/judge.ts';
import { labelsInPlan } from '../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../src/scenarios/expectations/trace-metrics.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { parseSettings } from '../../src/scenarios/overrides.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';

const CAUSES: readonly (readonly [name: string, settings: readonly string[], fails: string])[] = [
  ['rarest-first-survives', ['peers.crowd.engine.picker=most-common'], 'everyone finishes'],
  ['rarest-first-survives', ['peers.crowd.engine.picker=sequential'], 'no piece dies out'],
  ['most-common-dies', ['peers.crowd.engine.picker=rarest-first'], 'nobody completes'],
  ['free-riders-wait', ['peers.givers.engine.choker=random'], 'free-riders take at least 1.2 times as long'],
  [
    'free-riders-prosper',
    ['peers.givers.engine.choker=tit-for-tat'],
    'free-riders take hardly longer than those who give',
  ],
  [
    'watching',
    ['peers.window.engine.picker=rarest-first'],
    'the window makes them wait less than a quarter of that',
  ],
  ['two-halves', ['peers.second-half.have=[0-31]'], 'both complete'],
  ['data-cap', ['peers.capped.cap=~'], 'every capped home runs into its volume'],
  ['any-size', ['swarm=off'], 'within one minute, whatever their number'],
  ['upload-is-scarce', ['peers.homes.link.up=40 Mbit/s'], 'uplinks are in use most of the time'],
  ['seeding-on', ['peers.early.stay.after-complete=0s'], 'everyone finishes'],
  ['hit-and-run', ['peers.early.stay.after-complete=3m'], 'the late ones never do'],
  [
    'later-is-sooner',
    ['peers.steady.arrive={ at: 0s }'],
    'half of the steady ones need less than half of that',
  ],
  [
    'give-and-take',
    ['peers.wide.engine.choker=random', 'peers.narrow.engine.choker=random'],
    'wide uplinks are done sooner',
  ],
  [
    'suggestions',
    ['peers.source.engine.suggest=0', 'peers.crowd.engine.picker=rarest-first'],
    'the source gave hardly more than one copy',
  ],
  ['peers-tell-peers', ['discovery.pex=false'], 'as if they had known each other from the start'],
  ['one-server', ['swarm=on'], 'no sooner than N * F / u_s'],
  ['one-seed', ['swarm=off'], 'in less than a third of the time of the server alone'],
  ['source-leaves', ['peers.source.stay={ until: 20s }'], 'everyone finishes'],
  ['source-leaves-early', ['peers.source.stay=~'], 'nobody completes'],
];

test.each(CAUSES)('%s with %j is red', (name, settings, fails) => {
  const { scenario } = loadScenario(name, 'src/scenarios/library', { overrides: parseSettings(settings) });
  const plan = expand(scenario, scenario.seed);
  const run = new SimulatedRun(plan, new NodeHasher());
  run.advance();
  const trace = run.finish();
  run.breakUp();
  const verdicts = judge(scenario.expectations, new TraceMetrics(trace, labelsInPlan(plan)));
  expect(verdicts.find((verdict) => verdict.name === fails)).toMatchObject({ status: 'failed' });
});
