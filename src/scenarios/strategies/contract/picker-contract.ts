/** What is claimed of every picker, whatever its taste. The same views and draws each time it is asked. */
import type { Pick, PickView, PiecePicker } from '../../../core/strategies/picker.ts';
import { SeededRandom } from '../../../sim/random.ts';
import type { Claim } from './claim.ts';
import { pickView } from './plain-view.ts';

const DOWNLOADS = 500;
const VIEWS = 6;
const PIECES_MAX = 12;
/** A large torrent, and how often a pick may look into the view of it: less than one look for each piece. */
const MANY_PIECES = 65_536;
const LOOKS_MAX = 20_000;
const RULE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

interface Situation {
  readonly view: PickView;
  /** What could be picked. */
  readonly possible: readonly number[];
}

/** Small downloads of all sorts: in each, time goes on and what is verified stays so, as a picker may rely on. */
function* downloads(): Generator<readonly Situation[]> {
  const random = SeededRandom.named('views of the contract');
  for (let count = 0; count < DOWNLOADS; count++) {
    const pieces = 1 + random.below(PIECES_MAX);
    const all = [...Array(pieces).keys()];
    const some = (chance: number): number[] => all.filter(() => random.below(100) < chance);
    const verified = new Set<number>();
    let nowUs = random.below(10_000_000);
    const views = Array.from({ length: VIEWS }, () => {
      for (const piece of some(random.below(25))) verified.add(piece);
      nowUs += random.below(20_000_000);
      const have = new Set(verified);
      const candidates = some(80).filter((piece) => !have.has(piece));
      const remote = some(random.below(100));
      const copies = all.map(() => random.below(4));
      const rest = { suggested: some(20), nowUs, hasPiece: (piece: number) => have.has(piece) };
      const view = pickView(copies, candidates, remote, have.size, rest);
      return { view, possible: candidates.filter((piece) => remote.includes(piece)) };
    });
    // Nobody asks a picker when there is nothing left to pick.
    yield views.filter(({ view }) => view.candidateCount > 0);
  }
}

/** What a picker answers, a fresh one for each download. */
function* answers(create: () => PiecePicker): Generator<Situation & { readonly pick: Pick | undefined }> {
  const draws = SeededRandom.named('draws of the contract');
  for (const situations of downloads()) {
    const picker = create();
    for (const situation of situations) yield { ...situation, pick: picker.pick(situation.view, draws) };
  }
}

export const pickerClaims: readonly Claim<PiecePicker>[] = [
  {
    says: 'names a candidate that the remote has, or nothing',
    advice: false,
    broken: (create) => {
      for (const { pick, possible } of answers(create)) {
        if (pick === undefined) continue;
        if (!possible.includes(pick.piece)) {
          return `it named piece ${pick.piece}; possible: ${possible.join(', ') || 'none'}`;
        }
        if (!RULE.test(pick.rule)) {
          return `it gave the rule "${pick.rule}"; it has to be a word or two such as "rarest-first"`;
        }
      }
      return undefined;
    },
  },
  {
    says: 'picks the same from the same views and the same draws',
    advice: false,
    broken: (create) => {
      const run = () => Array.from(answers(create), ({ pick }) => pick?.piece);
      const [first, second] = [run(), run()];
      const different = first.findIndex((piece, index) => piece !== second[index]);
      if (different < 0) return undefined;
      return `in view ${different + 1} it picked ${first[different]}, and the second time ${second[different]}`;
    },
  },
  {
    says: 'finds something whenever the remote has a candidate',
    advice: true,
    broken: (create) => {
      let idle = 0;
      let count = 0;
      for (const { pick, possible } of answers(create)) {
        if (possible.length === 0) continue;
        count++;
        if (pick === undefined) idle++;
      }
      return idle === 0 ? undefined : `it found nothing in ${idle} of ${count} views that had something`;
    },
  },
  {
    says: `looks into the view at most ${LOOKS_MAX} times for a pick among ${MANY_PIECES} pieces`,
    advice: true,
    broken: (create) => {
      const looks = looksAmongMany(create());
      return looks <= LOOKS_MAX ? undefined : `it looked ${looks} times`;
    },
  },
];

/** How often a picker looks into the view of a large torrent, the second time: what it learns once is its own affair. */
function looksAmongMany(picker: PiecePicker): number {
  const random = SeededRandom.named('many pieces of the contract');
  const all = Array.from({ length: MANY_PIECES }, (_, piece) => piece);
  const copies = all.map(() => 1 + random.below(40));
  const view = pickView(
    copies,
    all,
    all.filter(() => random.below(2) === 0),
  );
  let looks = 0;
  const counted = new Proxy(view, {
    get: (target, key) => {
      looks++;
      return Reflect.get(target, key);
    },
  });
  const draws = SeededRandom.named('draws of the contract');
  picker.pick(counted, draws);
  looks = 0;
  picker.pick(counted, draws);
  return looks;
}
