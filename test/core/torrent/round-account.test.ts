/** What a choker says of its reasons in a round: told of those it was about, whatever else it names. */
import { expect, it } from 'vitest';
import type { ChokeJudgement, DecisionObserver } from '../../../src/core/decisions.ts';
import type { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import type { ChokeRound } from '../../../src/core/strategies/choker.ts';
import { RoundAccount } from '../../../src/core/torrent/round-account.ts';

function judgements(speak: (account: RoundAccount) => void): unknown[] {
  const told: unknown[] = [];
  const observer = {
    chokeRound: () => {},
    judged: (label: number, { rank, value, chance }: ChokeJudgement) =>
      told.push([label, rank, value, chance]),
  } as unknown as DecisionObserver;
  const candidates = [0, 1, 2].map((label) => ({
    label,
    amChoking: true,
    remoteInterested: true,
    snubbed: false,
    remoteChoking: true,
  })) as unknown as PeerConnection[];
  const account = new RoundAccount(observer);
  // A longer round before leaves nothing behind.
  account.begin(5);
  for (const index of [4, 3, 2, 1, 0]) account.ranked(index, 'download-rate', 9);
  account.given(4, 'kept');
  account.begin(candidates.length);
  speak(account);
  account.tell('mine', { number: 1, slots: 4, seeding: false } as ChokeRound, candidates, new Map());
  return told;
}

it('ranks, values and chances are those of the candidates that were named', () => {
  const told = judgements((account) => {
    account.ranked(2, 'download-rate', 500.25);
    account.ranked(0, 'download-rate', 70);
    account.given(1, 'drawn');
  });
  expect(told).toEqual([
    [0, 2, 70, 'none'],
    [1, 0, 0, 'drawn'],
    [2, 1, 500.25, 'none'],
  ]);
});

it('of a choker that ranks nobody the order in which it gives slots is told, but not of those drawn', () => {
  const told = judgements((account) => {
    account.named(2);
    account.given(1, 'kept');
    account.named(1);
    account.named(0);
  });
  expect(told).toEqual([
    [0, 3, 0, 'none'],
    [1, 0, 0, 'kept'],
    [2, 1, 0, 'none'],
  ]);
});

it('who is no candidate is nobody else', () => {
  const told = judgements((account) => {
    for (const index of [3, -1, 8, Number.NaN, 0.5]) {
      account.ranked(index, 'download-rate', 7);
      account.given(index, 'drawn');
    }
    account.ranked(1, 'download-rate', 5);
  });
  expect(told).toEqual([
    [0, 0, 0, 'none'],
    [1, 6, 5, 'none'],
    [2, 0, 0, 'none'],
  ]);
});
