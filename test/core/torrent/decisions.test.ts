/** What an engine says of its reasons agrees with what it does. */
import { describe, expect, it } from 'vitest';
import { EngineWorld, PIECE } from '../../support/engine-world.ts';
import { honestSeed } from '../../support/scripted-peer.ts';

describe('the reasons for a piece', () => {
  it('are given for each pick, with the copies that its peers had then', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client({ downloadLimitBytesPerSec: 400_000 });
    for (let count = 0; count < 3; count++) world.peer({ onMessage: honestSeed }).connect(leecher);
    world.run(60);
    const { decisions } = leecher.observer;
    const picks = leecher.observer.of('piecePicked');
    expect(decisions.picks.map(({ atUs }) => atUs)).toEqual(picks.map(({ atUs }) => atUs));
    expect(picks.length).toBe(40);
    const [first, ...others] = decisions.picks;
    expect(first).toMatchObject({ candidates: 40, allowedFast: false });
    for (const { copies, equallyRare, candidates } of [first, ...others].flatMap((pick) => pick ?? [])) {
      // Everybody who is connected has everything.
      expect(copies).toBeGreaterThanOrEqual(1);
      expect(copies).toBeLessThanOrEqual(3);
      expect(equallyRare).toBe(candidates);
    }
    expect(decisions.picks.at(-1)).toMatchObject({ copies: 3, equallyRare: 1, candidates: 1 });
  });

  it('say how few copies the rarest had, and how many were as rare', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client({ downloadLimitBytesPerSec: 100_000 });
    // The first ten pieces with one copy, the others with three. The first picks are random.
    const common = Array.from({ length: 30 }, (_, index) => 10 + index);
    world
      .peer()
      .connect(leecher)
      .sayBitfield(...common);
    world
      .peer()
      .connect(leecher)
      .sayBitfield(...common);
    const whole = world.peer({ onMessage: honestSeed });
    whole.connect(leecher);
    world.run(60);
    const picks = leecher.observer.of('piecePicked');
    const rare = picks.findIndex(({ details }) => details[1] === 'rarest-first' && Number(details[0]) < 10);
    expect(rare).toBeGreaterThanOrEqual(0);
    const { copies, equallyRare } = leecher.observer.decisions.picks[rare] ?? {};
    expect(copies).toBe(1);
    expect(equallyRare).toBeLessThanOrEqual(10);
    const last = picks.findLastIndex(({ details }) => Number(details[0]) >= 10);
    expect(leecher.observer.decisions.picks[last]?.copies).toBe(3);
  });

  it('name those who help with a piece that another began, and endgame', () => {
    const world = new EngineWorld({ totalBytes: 2 * 64 * PIECE, pieceLength: 64 * PIECE });
    const leecher = world.client();
    for (let count = 0; count < 3; count++) world.peer({ onMessage: honestSeed }).connect(leecher);
    world.run(60);
    const { joins } = leecher.observer.decisions;
    const reasons = new Set(joins.map(({ reason }) => reason));
    expect(reasons).toContain('first-pieces');
    expect(reasons).toContain('endgame');
    const helped = joins.find(({ reason }) => reason === 'first-pieces');
    expect(helped).toMatchObject({ other: -1 });
    expect(helped?.copies).toBeGreaterThanOrEqual(1);
  });

  it('mark what is asked for while choked', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const script = world.peer({ fast: true }).connect(leecher).sayBare('haveAll');
    script.sayIndexed('allowedFast', 3);
    world.run(5);
    expect(leecher.observer.of('piecePicked').map(({ details }) => details[0])).toEqual([3]);
    expect(leecher.observer.decisions.picks).toMatchObject([{ allowedFast: true }]);
  });
});

describe('the reasons for a slot', () => {
  it('are the rates that the remotes were ranked by, and chance for the others', () => {
    const world = new EngineWorld({ totalBytes: 600 * PIECE });
    const leecher = world.client({ uploadSlots: 2, downloadLimitBytesPerSec: 50_000 });
    world.peer({ onMessage: honestSeed }).connect(leecher).sayBare('interested');
    for (let taker = 0; taker < 6; taker++)
      world.peer().connect(leecher).sayBare('haveNone').sayBare('interested');
    world.run(100);
    const { decisions } = leecher.observer;
    const atUs = decisions.judgements.at(-1)?.atUs;
    const last = decisions.judgements.filter((judgement) => judgement.atUs === atUs);
    expect(last).toHaveLength(7);
    const [giver, ...takers] = last;
    expect(giver).toMatchObject({
      outcome: 'regular',
      rank: 1,
      measure: 'download-rate',
      chance: 'none',
      hadSlot: true,
      unchokesUs: true,
    });
    expect(giver?.value).toBeGreaterThan(30_000);
    expect(giver?.value).toBeLessThan(70_000);
    expect(takers.map(({ rank }) => rank)).toEqual([0, 0, 0, 0, 0, 0]);
    const lucky = takers.filter(({ outcome }) => outcome !== undefined);
    expect(lucky).toHaveLength(1);
    expect(lucky[0]?.outcome).toBe('optimistic');
    expect(lucky[0]?.chance).not.toBe('none');
    expect(decisions.rounds.at(-1)).toEqual({ choker: 'tit-for-tat', slots: 2, seeding: false });
  });

  it('between rounds are told of those only who get a slot', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 2 });
    for (let guest = 0; guest < 3; guest++) {
      world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      world.run(0.2);
    }
    const { judgements } = seed.observer.decisions;
    expect(judgements.map(({ remote, outcome, chance }) => [remote, outcome, chance])).toEqual([
      [0, 'seed', 'drawn'],
      [1, 'seed', 'drawn'],
    ]);
    world.run(11);
    expect(seed.observer.decisions.judgements).toHaveLength(5);
    const [, , first] = seed.observer.decisions.judgements;
    expect(first).toMatchObject({ measure: 'unchoked-at' });
  });

  it('agree with who is choked and unchoked, round for round', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 3 });
    for (let guest = 0; guest < 8; guest++)
      world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    for (let minute = 0; minute < 5; minute++) world.run(20);
    const unchoked = new Map<number, boolean>();
    const { notes, decisions } = seed.observer;
    for (const judgement of decisions.judgements) {
      expect(judgement.hadSlot).toBe(unchoked.get(judgement.remote) ?? false);
      unchoked.set(judgement.remote, judgement.outcome !== undefined);
    }
    for (const { kind, remote } of notes) {
      if (kind === 'unchoked') unchoked.set(remote, true);
      if (kind === 'choked') unchoked.set(remote, false);
    }
    const last = new Map(decisions.judgements.map(({ remote, outcome }) => [remote, outcome !== undefined]));
    expect([...last].sort()).toEqual([...unchoked].sort());
    expect([...last.values()].filter(Boolean)).toHaveLength(3);
  });
});
