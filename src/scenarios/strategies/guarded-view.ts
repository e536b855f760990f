/**
 * What a user's strategy gets in place of the engine's own objects: the same view, which cannot be changed and says what
 * is wrong with what it is asked. Everything here is thrown into the user's code, where it has a line.
 */
import type { Random } from '../../core/ports.ts';
import type { ChokeCandidate } from '../../core/strategies/choker.ts';
import type { PickView } from '../../core/strategies/picker.ts';

export interface Guarded<Subject> {
  readonly facade: Subject;
  /** What the facade stands for from here on. */
  use(subject: Subject): void;
}

export function guardedView(): Guarded<PickView> {
  let view: PickView;
  const piece = (value: number): number => within('a piece', value, 0, view.pieceCount);
  const rank = (value: number): number => within('a rank', value, 0, view.candidateCount);
  const limits = (from: number, to: number, end: number): void => {
    within('"from"', from, 0, end + 1);
    within('"to"', to, from, end + 1);
  };
  const facade: PickView = {
    get pieceCount() {
      return view.pieceCount;
    },
    get verifiedCount() {
      return view.verifiedCount;
    },
    get candidateCount() {
      return view.candidateCount;
    },
    get suggested() {
      return [...view.suggested];
    },
    get nowUs() {
      return view.nowUs;
    },
    get startedUs() {
      return view.startedUs;
    },
    candidateAt: (value) => view.candidateAt(rank(value)),
    levelStartAt: (value) => view.levelStartAt(rank(value)),
    levelEndAt: (value) => view.levelEndAt(rank(value)),
    isCandidate: (value) => view.isCandidate(piece(value)),
    availability: (value) => view.availability(piece(value)),
    hasPiece: (value) => view.hasPiece(piece(value)),
    pieceLength: (value) => view.pieceLength(piece(value)),
    remoteHas: (value) => view.remoteHas(piece(value)),
    firstOfRemote: (from, to) => {
      limits(from, to, view.candidateCount);
      return view.firstOfRemote(from, to);
    },
    firstInOrder: (from, to) => {
      limits(from, to, view.pieceCount);
      return view.firstInOrder(from, to);
    },
    firstStarted: (from, to) => {
      limits(from, to, view.pieceCount);
      return view.firstStarted(from, to);
    },
    rarestStarted: (from, to) => {
      limits(from, to, view.pieceCount);
      return view.rarestStarted(from, to);
    },
  };
  return {
    facade: Object.freeze(facade),
    use: (subject) => {
      view = subject;
    },
  };
}

export function guardedRandom(): Guarded<Random> {
  let random: Random;
  const facade: Random = {
    uint32: () => random.uint32(),
    below: (limit) => random.below(within('the limit of random.below', limit, 1, 2 ** 32 + 1)),
    fork: (name) => random.fork(String(name)),
  };
  return {
    facade: Object.freeze(facade),
    use: (subject) => {
      random = subject;
    },
  };
}

/** A candidate that can be looked at and not changed; the same object for the same peer in every round. */
export function guardedCandidate(candidate: ChokeCandidate): ChokeCandidate {
  const keys: readonly (keyof ChokeCandidate)[] = [
    'interested',
    'unchoked',
    'unchokesUs',
    'snubbed',
    'downloadRate',
    'uploadRate',
    'connectedAtUs',
    'unchokedAtUs',
    'receivedBytes',
    'sentBytes',
    'havePieces',
  ];
  const facade = {};
  for (const key of keys) Object.defineProperty(facade, key, { get: () => candidate[key], enumerable: true });
  return Object.freeze(facade) as ChokeCandidate;
}

/** `value`, which has to be a whole number in [least, end). */
function within(what: string, value: number, least: number, end: number): number {
  if (Number.isInteger(value) && value >= least && value < end) return value;
  throw new RangeError(
    `${what} cannot be ${String(value)}: it has to be a whole number from ${least} to ${end - 1}`,
  );
}
