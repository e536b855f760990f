/** What is demanded after the faults are over, and which excuses count. */
import { describe, expect, it } from 'vitest';
import { type HealedPeer, type HealedWorld, judgeHealing } from '../../../src/scenarios/run/heal-demand.ts';

const PIECES = 4;
const MINUTE = 60e6;

/** `have`: the pieces it holds, as digits. */
function peer(id: string, have: string, changes: Partial<HealedPeer> = {}): HealedPeer {
  const claimsCompletion = have.length === PIECES;
  return {
    id,
    present: true,
    honest: true,
    serves: true,
    sinceUs: 0,
    claimsCompletion,
    cutOff: undefined,
    storageFailed: undefined,
    has: (piece) => have.includes(String(piece)),
    ...changes,
  };
}

function judge(peers: readonly HealedPeer[], changes: Partial<HealedWorld> = {}) {
  return judgeHealing({
    pieceCount: PIECES,
    peers,
    healedAtUs: 10 * MINUTE,
    endUs: 40 * MINUTE,
    boundUs: 20 * MINUTE,
    canConnect: () => true,
    ...changes,
  });
}

const reasonOf = (verdict: ReturnType<typeof judge>, id: string): string | undefined => {
  const found = verdict.peers.find((each) => each.id === id);
  return found && `${found.outcome}: ${found.reason}`;
};

describe('while every piece has a live copy', () => {
  it('holds when every leecher is complete', () => {
    expect(judge([peer('origin', '0123'), peer('crowd-1', '0123')]).status).toBe('held');
  });

  it('is broken by a leecher that is not, and says from whom it could have had the piece', () => {
    const verdict = judge([peer('origin', '0123'), peer('crowd-1', '013')]);
    expect(verdict.status).toBe('broken');
    expect(verdict.lostPieces).toEqual([]);
    expect(reasonOf(verdict, 'crowd-1')).toBe(
      'stuck: lacks piece 2 after 1800 s, and piece 2 is to be had from origin',
    );
  });

  it('needs no single peer with everything', () => {
    const verdict = judge([peer('crowd-1', '01'), peer('crowd-2', '23')]);
    expect(verdict.peers.map(({ outcome }) => outcome)).toEqual(['stuck', 'stuck']);
  });

  it('is undecided while somebody has not had its time, counted from the healing or its return', () => {
    const origin = peer('origin', '0123');
    const returned = peer('crowd-1', '', { sinceUs: 30 * MINUTE });
    expect(judge([origin, returned]).status).toBe('undecided');
    expect(reasonOf(judge([origin, returned]), 'crowd-1')).toBe(
      'pending: lacks pieces 0, 1, 2 and 1 more, and has had 600 s only',
    );
    expect(judge([origin, peer('crowd-1', '')], { healedAtUs: 21 * MINUTE }).status).toBe('undecided');
    expect(judge([origin, peer('crowd-1', '')], { healedAtUs: 20 * MINUTE }).status).toBe('broken');
  });

  it.each([
    ['absent', { present: false }, 'excused: absent'],
    ['cut off', { cutOff: 'its cap is used up' }, 'excused: cut off: its cap is used up'],
    ['out of room', { storageFailed: 'no space left' }, 'excused: its storage failed: no space left'],
  ])('a leecher that is %s is excused', (_name, changes, expected) => {
    const verdict = judge([peer('origin', '0123'), peer('crowd-1', '01', changes)]);
    expect([verdict.status, reasonOf(verdict, 'crowd-1')]).toEqual(['held', expected]);
  });

  it('a leecher is excused when its piece is held by those alone that cannot give it', () => {
    const capped = judge([peer('origin', '0123', { cutOff: 'its cap is used up' }), peer('crowd-1', '012')]);
    expect(reasonOf(capped, 'crowd-1')).toBe(
      'excused: no path to piece 3, held by origin (cut off: its cap is used up)',
    );
    const selfish = judge([peer('freerider', '0123', { serves: false }), peer('crowd-1', '012')]);
    expect(reasonOf(selfish, 'crowd-1')).toBe(
      'excused: no path to piece 3, held by freerider (which never uploads)',
    );
  });
});

describe('a path', () => {
  const hidden = ['crowd-1', 'crowd-2'];
  /** Those two are behind NAT: neither lets the other in. */
  const canConnect = (left: HealedPeer, right: HealedPeer): boolean =>
    !(hidden.includes(left.id) && hidden.includes(right.id));

  it('that does not exist is an excuse', () => {
    const verdict = judge([peer('crowd-1', '0123'), peer('crowd-2', '01')], { canConnect });
    expect([verdict.status, reasonOf(verdict, 'crowd-2')]).toEqual([
      'held',
      'excused: no path to piece 2, held by crowd-1',
    ]);
  });

  it('may lead over somebody who passes pieces on', () => {
    const relay = peer('relay', '01');
    const peers = [peer('crowd-1', '0123'), relay, peer('crowd-2', '01')];
    expect(reasonOf(judge(peers, { canConnect }), 'crowd-2')).toMatch(/^stuck: lacks pieces 2, 3/);
    for (const changes of [
      { serves: false },
      { storageFailed: 'full' },
      { present: false },
      { honest: false },
    ]) {
      const broken = peers.map((each) => (each === relay ? peer('relay', '01', changes) : each));
      expect(reasonOf(judge(broken, { canConnect }), 'crowd-2')).toMatch(/^excused: no path to piece 2/);
    }
  });
});

describe('when a piece has died out', () => {
  it('nobody is owed completion, and the piece is named', () => {
    const verdict = judge([peer('crowd-1', '012'), peer('crowd-2', '01')]);
    expect([verdict.status, verdict.lostPieces]).toEqual(['held', [3]]);
    expect(reasonOf(verdict, 'crowd-2')).toBe('excused: no copy is left of piece 3');
  });

  it('whoever claims completion without it breaks the law', () => {
    const verdict = judge([peer('crowd-1', '012', { claimsCompletion: true }), peer('crowd-2', '01')]);
    expect(verdict.status).toBe('broken');
    expect(reasonOf(verdict, 'crowd-1')).toBe('false claim: claims completion without piece 3');
  });

  it('a copy that is gone, or that only a dishonest peer says it has, does not keep a piece alive', () => {
    const verdict = judge([
      peer('origin', '0123', { present: false }),
      peer('liar', '0123', { honest: false }),
      peer('crowd-1', '012'),
    ]);
    expect(verdict.lostPieces).toEqual([3]);
    expect(verdict.peers.map(({ id }) => id)).toEqual(['origin', 'crowd-1']);
  });
});
