/** Whole swarms, as scenarios run them: they complete, they repeat, and no byte is counted twice or lost. */
import { describe, expect, it } from 'vitest';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import type { Plan } from '../../../src/scenarios/plan.ts';
import { DEFAULT_ENGINE, STAYS } from '../../../src/scenarios/plan-defaults.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { EventKind, type Trace } from '../../../src/trace/trace.ts';
import { EngineWorld, PIECE, type Testee } from '../../support/engine-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import { poisoner, staller } from '../../support/scripted-peer.ts';
import { SMALL_BYTES, simulate, smallPlan } from '../../support/small-plan.ts';

const MIB = 1024 * 1024;

function plan(changes: Partial<Plan> = {}): Plan {
  const peers = Array.from({ length: 10 }, (_, index) => ({
    arriveUs: index * 300_000,
    engine: { ...DEFAULT_ENGINE, uploadSlots: 4, connectionsMax: 20 },
  }));
  return smallPlan(peers, changes);
}

function run(changes: Partial<Plan> = {}): Trace {
  return simulate(plan(changes));
}

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('ten peers', () => {
  const trace = run();

  it('all complete, none sooner than its line allows', () => {
    const completed = [...trace.events.kind].filter((kind) => kind === EventKind.completed);
    expect(completed).toHaveLength(10);
    for (let peer = 1; peer < 10; peer++)
      expect(trace.totals.receivedBytes[peer]).toBeGreaterThanOrEqual(SMALL_BYTES);
    expect(trace.endUs).toBeGreaterThan(2.7e6 + (2 * MIB) / 1.0);
    expect(trace.endUs).toBeLessThan(60e6);
  });

  it('do the same again with the same seed, and something else with another', () => {
    expect(run().digest).toBe(trace.digest);
    const others = [2, 3].map((seed) => run({ seed }).digest);
    expect(new Set([trace.digest, ...others]).size).toBe(3);
  });

  it('do the same whether blocks travel as references or as bytes', () => {
    expect(run({ payload: 'bytes' }).digest).toBe(trace.digest);
  });

  it('do the same whether the run is looked at or not', () => {
    const simulated = new SimulatedRun(plan(), nodeHasher);
    while (simulated.advance(997)) expect(simulated.progress.peers).toBe(10);
    expect(simulated.finish().digest).toBe(trace.digest);
  });

  it('receive what was sent: no byte comes from nowhere, and what is missing was on its way', () => {
    const { receivedBytes, wastedBytes, sentBytes } = trace.totals;
    const received = sum(receivedBytes) + sum(wastedBytes);
    expect(received).toBeLessThanOrEqual(sum(sentBytes));
    // Between seeds that part and at the end of the run, something may be under way: what streams hold at most.
    expect(sum(sentBytes) - received).toBeLessThan(0.05 * sum(sentBytes));
    expect(sum(receivedBytes)).toBe(9 * SMALL_BYTES);
  });

  it('spare the seed: most bytes come from the crowd', () => {
    expect(trace.totals.sentBytes[0]).toBeLessThan(0.5 * sum(trace.totals.sentBytes));
  });
});

it.each(['rarest-first', 'random', 'sequential'])('ten peers complete with the picker %s', (picker) => {
  const peers = plan().peers.map((peer) => ({ ...peer, engine: { ...peer.engine, picker } }));
  const trace = run({ peers });
  expect([...trace.events.kind].filter((kind) => kind === EventKind.completed)).toHaveLength(10);
});

it('peers that leave as soon as they are complete do not keep the last from completing', () => {
  const peers = plan().peers.map((peer, index) =>
    index === 0 ? peer : { ...peer, leave: { ...STAYS, afterCompleteUs: 0 } },
  );
  const trace = run({ peers });
  expect([...trace.events.kind].filter((kind) => kind === EventKind.completed)).toHaveLength(10);
});

describe('a swarm with a poisoner and a staller among it', () => {
  const world = new EngineWorld({ totalBytes: 40 * PIECE });
  const seed = world.client({ have: 'all', link: { upBytesPerSec: 200_000 } });
  const liar = world.peer({ onMessage: poisoner });
  const lazy = world.peer({ onMessage: staller });
  const crowd: Testee[] = [];
  for (let count = 0; count < 6; count++) {
    const known = [seed, ...crowd].map(({ address }) => address);
    crowd.push(
      world.client({ peers: [...known, liar.address, lazy.address], picker: new RarestFirstPicker(0) }),
    );
  }
  const complete = world.runUntil(
    () => crowd.every(({ torrent }) => torrent.status().state === 'seeding'),
    300,
  );

  it('completes', () => {
    expect(complete).toBe(true);
    for (const { observer } of crowd)
      expect(observer.verified.toSorted((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });

  it('blames the poisoner and nobody else', () => {
    let blamed = 0;
    for (const { observer } of crowd) {
      for (const note of observer.of('disconnected').filter(({ details }) => details[1] === 'remote')) {
        blamed++;
        expect(observer.remotes[note.remote]?.host).toBe(liar.address.host);
      }
    }
    expect(blamed).toBeGreaterThan(0);
  });

  it('passes no poison on', () => {
    const honest = new Set([seed, ...crowd].map(({ address }) => address.host));
    for (const { observer } of crowd) {
      const failed = observer.of('pieceFailed').map(({ details }) => details[0]);
      for (const piece of failed) {
        const sources = observer.of('blockReceived').filter(({ details }) => details[0] === piece);
        expect(sources.some(({ remote }) => !honest.has(observer.remotes[remote]?.host as string))).toBe(
          true,
        );
      }
    }
  });
});
