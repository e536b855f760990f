/** Explanations of a real run are true: what the sentences name is what the trace tells. And of a run made by hand, word by word. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChokeJudgement } from '../../../src/core/decisions.ts';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { strategyNames } from '../../../src/scenarios/strategy-names.ts';
import { noDecisions } from '../../../src/trace/decisions/decision-columns.ts';
import { explain, type Question, Story } from '../../../src/trace/explain/explain.ts';
import { momentAt } from '../../../src/trace/explain/moment.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace, TraceHeader } from '../../../src/trace/trace.ts';
import { emptyPairs, noArrivals, noTransfers } from '../../../src/trace/transfers/transfer-columns.ts';

const NAMES = ['seed', 'ann', 'bob', 'cat'];
const HEADER: TraceHeader = {
  version: 1,
  scenario: 'by-hand',
  seed: 1,
  sampleUs: 1e6,
  startsAtUs: 0,
  torrent: { name: 'a', totalBytes: 4 * 32_768, pieceLengthBytes: 32_768, pieceCount: 4 },
  groups: ['all'],
  peers: NAMES.map((id, index) => ({
    id,
    group: 0,
    upBytesPerSec: 1e5,
    downBytesPerSec: 1e5,
    have: index === 0 ? 'all' : 'none',
    behaviour: 'honest',
    nat: 'open',
  })),
};
const BLOCK = 16_384;
const SECOND = 1e6;

const WAITING: ChokeJudgement = {
  outcome: undefined,
  hadSlot: false,
  interested: true,
  snubbed: false,
  unchokesUs: false,
  rank: 0,
  measure: 'download-rate',
  value: 0,
  chance: 'none',
};

/** Ann has piece 2 of the seed; bob has it of ann and cat, after a try with the seed that failed; cat waits and gets nothing. */
function byHand(): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(HEADER, () => nowUs);
  for (const index of NAMES.keys()) recorder.registerHost(`h${index}`, index);
  const peers = NAMES.map((_, index) => recorder.observer(index));
  const [seed, ann, bob, cat] = peers as [
    (typeof peers)[0],
    (typeof peers)[0],
    (typeof peers)[0],
    (typeof peers)[0],
  ];
  const connect = (one: number, other: number): void => {
    peers[one]?.connected({ host: `h${other}`, port: 1 }, new Uint8Array(20), true);
    peers[other]?.connected({ host: `h${one}`, port: 1 }, new Uint8Array(20), false);
  };
  const block = (from: number, to: number, piece: number, begin: number, tookUs: number): void => {
    peers[from]?.blockSent(to, piece, begin, BLOCK);
    nowUs += tookUs;
    peers[to]?.blockReceived(from, piece, begin, BLOCK);
  };
  for (const index of NAMES.keys()) recorder.peerJoined(index);
  connect(1, 0);
  connect(2, 1);
  connect(3, 1);
  nowUs = SECOND;
  ann.interestChanged(0, true);
  seed.unchoked(1, 'seed');
  seed.decisions?.chokeRound('tit-for-tat', 4, true);
  seed.decisions?.judged(1, { ...WAITING, outcome: 'seed', measure: 'unchoked-at', chance: 'drawn' });
  ann.piecePicked(0, 2, 'rarest-first');
  ann.decisions?.pickReasons(1, 3, 4, false);
  block(0, 1, 2, 0, SECOND);
  block(0, 1, 2, BLOCK, SECOND);
  ann.pieceVerified(2, 0);
  bob.interestChanged(1, true);
  cat.interestChanged(1, true);
  nowUs = 10 * SECOND;
  ann.decisions?.chokeRound('tit-for-tat', 2, false);
  ann.decisions?.judged(2, { ...WAITING, outcome: 'regular', rank: 1, value: 20_480 });
  ann.decisions?.judged(3, WAITING);
  ann.unchoked(2, 'regular');
  bob.piecePicked(1, 2, 'my-own');
  block(0, 2, 2, 0, SECOND);
  block(0, 2, 2, BLOCK, SECOND);
  bob.pieceFailed(2);
  nowUs = 20 * SECOND;
  block(3, 2, 2, 0, SECOND);
  block(1, 2, 2, BLOCK, SECOND);
  bob.pieceVerified(2, 1);
  nowUs = 60 * SECOND;
  return recorder.finish(nowUs);
}

const trace = byHand();
const story = new Story(trace);

function told(question: Question, from = story): string[] {
  return explain(from, question).flatMap(({ sentences }) => sentences);
}

describe('explain', () => {
  it('says why a piece was chosen, who gave it and its whole way from its origin', () => {
    expect(told({ peer: 1, piece: 2 })).toEqual([
      'ann chose piece 2 at 1s, to fetch it from seed, as the rarest.',
      'It then had 1 copy among the peers that it was connected to; of the 4 pieces that could be started 2 others were as rare.',
      'What came of it: 2 blocks from seed (32 KiB, 1s to 3s, 16 KiB/s).',
      'It was whole and right at 3s.',
      'The way of piece 2: ann had it at 3s from seed; seed came with it.',
    ]);
  });

  it('tells of failed checks, of rules of a picker of the own, and goes the way back over several peers', () => {
    expect(told({ peer: 2, piece: 2 })).toEqual([
      'bob chose piece 2 at 10s, to fetch it from ann, by the rule "my-own" of its picker.',
      'What came of it: 2 blocks from seed (32 KiB, 10s to 12s, 16 KiB/s), 1 block from cat (16 KiB, 20s to 21s, 16 KiB/s) and 1 block from ann (16 KiB, 21s to 22s, 16 KiB/s).',
      'It failed its hash check at 12s and was fetched again, from one peer alone.',
      'It was whole and right at 22s.',
      'The way of piece 2: bob had it at 22s from ann; ann had it at 3s from seed; seed came with it.',
    ]);
  });

  it('says who could have given what a peer lacks', () => {
    expect(told({ peer: 3, piece: 2, atUs: 30 * SECOND })).toEqual(
      expect.arrayContaining([
        'cat did not have piece 2 at 30s.',
        'Of those that it was connected to, ann had it; all of them had it choked.',
      ]),
    );
    expect(told({ peer: 3, piece: 0 })).toEqual([
      'cat did not have piece 0 at 1m0s.',
      'Nobody that it was connected to had it either.',
    ]);
    expect(told({ peer: 0, piece: 1 })).toEqual(['seed came with it: it was not downloaded.']);
  });

  it('says why one was choked and the other not', () => {
    expect(told({ peer: 3, remote: 1, atUs: 30 * SECOND }).slice(2)).toEqual([
      'ann had cat choked at 30s: cat had sent it nothing lately, so it had no rank, and chance drew others; its choker (tit-for-tat) has 2 slots.',
      'The other slots had bob (1st, 20 KiB/s); 2 peers wanted something of it.',
      'cat had ann choked at 30s: its choker had not decided anything yet, because nobody wanted anything of it.',
    ]);
    expect(told({ peer: 2, remote: 1, atUs: 30 * SECOND })).toContain(
      'ann had bob unchoked at 30s, since 10s: ranked 1st by what each had sent it lately (20 KiB/s).',
    );
    expect(told({ peer: 1, remote: 0, atUs: 2 * SECOND })).toContain(
      'seed had ann unchoked at 2s, since 1s: chance gave it the slot that goes to one of the waiting, drawn at 1s.',
    );
    expect(told({ peer: 3, remote: 0, atUs: 2 * SECOND })).toContain(
      'seed and cat were not connected at 2s.',
    );
  });

  it('says what came and what was waited for', () => {
    expect(told({ peer: 1, atUs: 2 * SECOND })).toContain('It was receiving piece 2 from seed at 16 KiB/s.');
    expect(told({ peer: 3, atUs: 30 * SECOND })).toContain(
      'Nothing was coming in: the one peer that it wanted something of (ann) had it choked.',
    );
    expect(told({ peer: 0, atUs: 30 * SECOND })).toContain(
      'It had come with everything and waited for nothing.',
    );
    expect(told({ peer: 3 })).toEqual(
      expect.arrayContaining([
        'cat had 0 of 4 pieces at the end; it had received 0 bytes and sent 16 KiB.',
        'From 0ms to 1m0s nothing came (1m0s).',
      ]),
    );
    expect(told({ peer: 2 })).toContain(
      'Most of what it received came from seed (32 KiB), ann (16 KiB) and cat (16 KiB).',
    );
  });

  it('says what a trace does not hold', () => {
    const older = new Story({
      ...trace,
      transfers: noTransfers(),
      pairs: emptyPairs(0, 0),
      arrivals: noArrivals(),
      decisions: noDecisions(),
    });
    expect(told({ peer: 1, piece: 2 }, older).join('\n')).toMatch(/recorded by an earlier version/);
    // The way is known all the same: events tell who gave the last block.
    expect(told({ peer: 2, piece: 2 }, older)).toContain(
      'The way of piece 2: bob had it at 22s from ann; ann had it at 3s from seed; seed came with it.',
    );
    expect(told({ peer: 3, remote: 1, atUs: 30 * SECOND }, older).join('\n')).toMatch(
      /ann had cat choked at 30s\. Why is not in this trace: it was recorded by an earlier version/,
    );
    const large = new Story({ ...trace, transfers: { ...trace.transfers, everyNth: 2 } });
    expect(told({ peer: 1, piece: 2 }, large).join('\n')).toMatch(/keeps that of every 2nd peer only/);
  });
});

describe('explanations of a run', () => {
  let real: Trace;
  let realStory: Story;

  beforeAll(() => {
    const text = `
version: 1
name: explained
time: { until: 1h, sample: 1s }
torrent: { size: 4 MiB, piece: 64 KiB }
peers:
  - { group: origin, have: all, link: { down: 4 Mbit/s, up: 1 Mbit/s, latency: 20ms } }
  - { group: crowd, count: 11, link: { down: 4 Mbit/s, up: 512 kbit/s, latency: 10ms..30ms }, arrive: { process: flash, within: 10s } }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=crowd}) == 1" }
`;
    const run = new SimulatedRun(expand(parseScenario(text, 'e.yaml', strategyNames), 1), new NodeHasher());
    while (run.advance());
    real = run.finish();
    realStory = new Story(real);
  }, 60_000);

  it('has a reason, a giver and a way back to the origin for every piece of every peer', () => {
    for (let peer = 1; peer < 12; peer++) {
      for (let piece = 0; piece < 64; piece += 7) {
        const parts = explain(realStory, { peer, piece });
        const text = parts.flatMap(({ sentences }) => sentences).join('\n');
        expect(text).toMatch(/ chose piece \d+ at /);
        expect(text).toMatch(/It then had \d+ cop(y|ies)/);
        expect(text).toMatch(/What came of it: \d+ blocks? from /);
        expect(parts.at(-1)?.sentences[0]).toMatch(
          /; origin-1 came with it\.$|^The way.*origin.* came with it\.$/,
        );
      }
    }
  });

  it('agrees with the events on who is served, and always has a reason', () => {
    let choked = 0;
    let unchoked = 0;
    for (let atUs = 20e6; atUs < real.endUs; atUs += 20e6) {
      for (let peer = 1; peer < 12; peer++) {
        const moment = momentAt(real, peer, atUs);
        for (const [remote, { servedSinceUs }] of moment.ties) {
          const [first] = explain(realStory, { peer, remote, atUs }).find(({ title }) =>
            title.endsWith(`served ${realStory.name(peer)}`),
          )?.sentences ?? [''];
          if (!momentAt(real, remote, atUs).ties.has(peer)) continue;
          expect(first).toMatch(servedSinceUs === undefined ? / choked at .*: ./ : / unchoked at .*: ./);
          expect(first).not.toMatch(/undefined|NaN/);
          if (servedSinceUs === undefined) choked++;
          else unchoked++;
        }
      }
    }
    expect(choked).toBeGreaterThan(50);
    expect(unchoked).toBeGreaterThan(50);
  });
});
