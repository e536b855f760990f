/** Once a run is over, the page says why with the sentences of the command. */
import { expect, test } from 'vitest';
import { explain, Story } from '../../../src/trace/explain/explain.ts';
import { toldHistory } from '../../../viz/play/told-history.ts';
import { recordFromTrace } from '../../../viz/swarm/record-from-trace.ts';
import { simulate, smallPlan } from '../../support/small-plan.ts';

test('the sentences are those of the trace, the first of them, at the instant that is shown', () => {
  const trace = simulate(smallPlan([{}, {}, {}, {}]));
  const history = toldHistory(recordFromTrace(trace), trace);
  const atUs = Math.floor(trace.endUs / 2);
  const all = explain(new Story(trace), { peer: 2, atUs }).flatMap(({ sentences }) => sentences);
  const parts = history.explain?.({ peer: 2, timeUs: atUs + 0.25 }) ?? [];
  const said = parts.flatMap(({ sentences }) => sentences);
  expect(said.length).toBeGreaterThan(1);
  expect(said).toEqual(all.slice(0, 6));
  expect(said.join(' ')).toContain('crowd-2');
});
