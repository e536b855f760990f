/** Shrinking, with failures that are made up: what is left is what the failure needs. */
import { describe, expect, it } from 'vitest';
import { type DraftGroup, peerCount, type ScenarioDraft } from '../../../src/scenarios/explore/draft.ts';
import { drawWorld } from '../../../src/scenarios/explore/explore.ts';
import { shrink, sizeOf } from '../../../src/scenarios/explore/shrink.ts';
import { planOf } from '../../../src/scenarios/explore/try-draft.ts';

/** Parses, and so makes sense as a scenario. */
function makesSense(draft: ScenarioDraft): boolean {
  try {
    planOf(draft);
    return true;
  } catch {
    return false;
  }
}

const worlds = Array.from({ length: 60 }, (_, index) => drawWorld(5, index + 1));

describe('a drawn world', () => {
  it('is always a scenario without faults, and the same again', () => {
    for (const [index, draft] of worlds.entries()) {
      expect(() => planOf(draft)).not.toThrow();
      expect(drawWorld(5, index + 1)).toEqual(draft);
    }
  });

  it('has some of everything that the language can say, over many draws', () => {
    const said = JSON.stringify(worlds);
    for (const key of [
      'nat',
      'cap',
      'sessions',
      'disk',
      'stay',
      'behaviour',
      'pair-delay',
      'jitter',
      'loss',
    ]) {
      expect([key, said.includes(`"${key}"`)]).toEqual([key, true]);
    }
    for (const verb of ['partition', 'hold', 'latency', 'line', 'crash', 'tracker', 'leave', 'engine']) {
      expect([verb, said.includes(`"${verb}":{`)]).toEqual([verb, true]);
    }
  });
});

describe('shrinking', () => {
  const draft = worlds.find((one) => peerCount(one) > 5 && (one.events?.length ?? 0) > 1) as ScenarioDraft;

  it('keeps what the failure needs and takes the rest away', () => {
    const needs = (smaller: ScenarioDraft): boolean => makesSense(smaller) && peerCount(smaller) >= 3;
    const shrunk = shrink(draft, needs, 1000);
    expect(sizeOf(shrunk.draft)).toBe('3 peers, 1 piece, 0 events');
    for (const group of shrunk.draft.peers as readonly DraftGroup[]) {
      expect(Object.keys(group).filter((key) => !['group', 'count', 'have', 'link'].includes(key))).toEqual(
        [],
      );
      expect(group.link).toEqual({ down: '8 Mbit/s', up: '8 Mbit/s' });
    }
  });

  it('keeps an event that the failure needs, and whom it names', () => {
    const [event] = draft.events ?? [];
    const same = (smaller: ScenarioDraft): boolean =>
      makesSense(smaller) &&
      (smaller.events ?? []).some((other) => Object.keys(other)[1] === Object.keys(event ?? {})[1]);
    const shrunk = shrink(draft, same, 1000);
    expect(shrunk.draft.events).toHaveLength(1);
    expect(makesSense(shrunk.draft)).toBe(true);
    expect(peerCount(shrunk.draft)).toBeLessThan(peerCount(draft));
  });

  it('stops after as many tries as it may make', () => {
    let tries = 0;
    const shrunk = shrink(
      draft,
      () => {
        tries++;
        return false;
      },
      7,
    );
    expect([tries, shrunk.tries, shrunk.draft]).toEqual([7, 7, draft]);
  });
});
