/** Explanations in a page are those of the command line, word for word. */
import { describe, expect, it } from 'vitest';
import { explain, Story } from '../../../src/trace/explain/explain.ts';
import { foldPeerTimes } from '../../../src/trace/metrics/peer-times.ts';
import { buildSwarm } from '../../../viz/swarm/build-swarm.ts';
import { pageTrace } from '../../../viz/swarm/page-trace.ts';
import { unpackSwarm } from '../../../viz/swarm/unpack-swarm.ts';
import { SECOND, simulate, smallPlan } from '../../support/small-plan.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';

const trace = simulate(
  smallPlan([
    {},
    {},
    { arriveUs: 3 * SECOND },
    {},
    // It arrives before those that stand before it in the run.
    { absences: [{ fromUs: 8 * SECOND, toUs: 20 * SECOND }] },
    { arriveUs: 2 * SECOND, behaviour: 'free-rider' },
    // It never comes.
    { arriveUs: 10_000 * SECOND },
  ]),
);

describe('a trace made again in the page', () => {
  const data = buildSwarm(trace, foldPeerTimes(trace));
  const { header, endUs } = trace;
  const made = pageTrace(data, unpackSwarm(data, header.torrent, header.groups), {
    scenario: header.scenario,
    seed: header.seed,
    endUs,
    ids: header.peers.map(({ id }) => id),
    groupOf: header.peers.map(({ group }) => group),
  });

  it('explains every peer at every instant, and every piece, as the trace itself does', () => {
    if (made === undefined) throw new Error('no reasons in the page');
    const [own, page] = [new Story(trace), new Story(made)];
    let sentences = 0;
    for (const peer of data.indices) {
      for (let step = 1; step < 12; step++) {
        const atUs = Math.round((step / 12) * endUs);
        const expected = explain(own, { peer, atUs });
        expect(explain(page, { peer, atUs })).toEqual(expected);
        sentences += expected.reduce((sum, part) => sum + part.sentences.length, 0);
      }
      for (let piece = 0; piece < header.torrent.pieceCount; piece += 3) {
        const question = { peer, piece, atUs: endUs - 1 };
        expect(explain(page, question)).toEqual(explain(own, question));
      }
    }
    expect(sentences).toBeGreaterThan(100);
  });

  it('is not made of a run of which a part is told, or of which no reasons are known', () => {
    const large = syntheticTrace({ peers: 120, pieces: 24, staySec: 20 });
    expect(buildSwarm(large, foldPeerTimes(large)).decisions).toBe('');
    expect(buildSwarm(trace, foldPeerTimes(trace), { bytes: 3_000, drawn: 64 }).decisions).toBe('');
  });
});
