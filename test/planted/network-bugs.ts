/**
 * Bugs that somebody could make in the model of the network, each as one change of one place, and the test that turns
 * red with it. `npm run planted` plants them one by one and shows that each is caught.
 */

import type { Planting } from './planting.ts';

export interface NetworkBug extends Planting {
  /** The test file, and which of its tests: a part of the names with those of their groups before them. */
  readonly caughtBy: { readonly test: string; readonly named: string };
}

export const networkBugs: readonly NetworkBug[] = [
  {
    name: 'rate-ignored',
    what: 'the download rate of a line bounds nothing',
    file: 'src/sim/access-line.ts',
    of: "down`, this.#scheduled('down', nowUs), nowUs);",
    instead: 'down`, 1e12, nowUs);',
    caughtBy: { test: 'test/sim/sharing.test.ts', named: 'one stream over up 1000000 and down 300000' },
  },
  {
    name: 'up-and-down-swapped',
    what: 'a line has the upload rate down and the download rate up',
    file: 'src/sim/access-line.ts',
    of: 'const declared = isUp ? this.#declaredUp : this.#declaredDown;',
    instead: 'const declared = isUp ? this.#declaredDown : this.#declaredUp;',
    caughtBy: {
      test: 'test/sim/sharing.test.ts',
      named: 'a line of 16 Mbit/s down and 1 Mbit/s up is that asymmetric',
    },
  },
  {
    name: 'loss-never-applied',
    what: 'a line loses nothing, whatever it was told',
    file: 'src/sim/simulated-host.ts',
    of: 'this.#lossPerMillion = options.lossPerMillion ?? 0;',
    instead: 'this.#lossPerMillion = 0;',
    caughtBy: { test: 'test/sim/loss.test.ts', named: 'p = 0.01, 60 ms: MSS / RTT' },
  },
  {
    name: 'cap-off-by-a-period',
    what: 'a data cap is renewed one period too late',
    file: 'src/sim/data-cap.ts',
    of: 'this.endsAtUs = nowUs + periodUs - ',
    instead: 'this.endsAtUs = nowUs + 2 * periodUs - ',
    caughtBy: { test: 'test/sim/data-cap.test.ts', named: 'two caps hold side by side' },
  },
  {
    name: 'nat-lets-all-in',
    what: 'whatever kind a translation is, it lets everybody in',
    file: 'src/sim/nat.ts',
    of: 'this.kind = kind;',
    instead: "this.kind = 'open';",
    caughtBy: {
      test: 'test/sim/nat-reach.test.ts',
      named: 'that sent nothing is heard by the open one only',
    },
  },
  {
    name: 'latency-halved',
    what: 'a packet takes half of the delay of its way',
    file: 'src/sim/routes.ts',
    of: '    return sum;\n',
    instead: '    return Math.floor(sum / 2);\n',
    caughtBy: { test: 'test/sim/streams.test.ts', named: 'opening costs one round trip' },
  },
  {
    name: 'queue-unbounded',
    what: 'the queue in front of a line takes whatever comes',
    file: 'src/sim/simulated-host.ts',
    of: 'this.queueBytes = options.queueBytes;',
    instead: 'this.queueBytes = Number.POSITIVE_INFINITY;',
    caughtBy: { test: 'test/sim/datagrams.test.ts', named: 'beyond the queue of the line are dropped' },
  },
  {
    name: 'sharing-unfair',
    what: 'the first flow on a link gets a fifth more than its share, at the cost of the others',
    file: 'src/sim/filling.ts',
    of: '=== 0) this.#freeze(flow, rate, link);',
    instead: `=== 0) {
        const left = (this.#links[at + RESIDUAL] as number) / (counts[at + UNFROZEN] as number);
        const share = index > 0 ? Math.max(0, left) : count > 1 ? 1.2 * rate : rate;
        this.#freeze(flow, share, link);
      }`,
    caughtBy: { test: 'test/sim/sharing.test.ts', named: '2 streams on one uplink get an equal share each' },
  },
  {
    name: 'reset-loses-nothing',
    what: 'a reset lets what is pending through before it',
    file: 'src/sim/stream-direction.ts',
    of: '    this.#dropPending(row);\n    this.table.raise(row, RESETTING);',
    instead: '    this.table.raise(row, RESETTING);',
    caughtBy: {
      test: 'test/sim/streams.test.ts',
      named: 'reset: what is in flight arrives, what is pending is lost',
    },
  },
  {
    name: 'jitter-reorders',
    what: 'a segment whose jitter is short overtakes the one before it',
    file: 'src/sim/received-queue.ts',
    of: '      const segment = integers[at + HEAD] as number;\n',
    instead: `      const late = integers[at + HEAD] as number;
      const early = late < 0 ? late : segments.next(late);
      const inFlight = late !== integers[at + FIRST_PENDING] && early !== integers[at + FIRST_PENDING];
      if (inFlight && segments.next(early) >= 0 && segments.atUs(early) === segments.atUs(late)) {
        segments.setNext(late, segments.next(early));
        segments.setNext(early, late);
        integers[at + HEAD] = early;
      }
      const segment = integers[at + HEAD] as number;
`,
    caughtBy: { test: 'test/sim/loss.test.ts', named: 'never lets one segment overtake another' },
  },
  {
    name: 'disk-forgets-crash',
    what: 'a crash undoes no write that was not on the medium yet',
    file: 'src/sim/simulated-storage.ts',
    of: 'this.#roomBytes += this.#recent.undo(this.#simulation.nowUs, this.#contents);',
    instead: 'this.#recent.clear();',
    caughtBy: {
      test: 'test/sim/disk-storage.test.ts',
      named: 'loses in a crash the writes younger than five seconds',
    },
  },
  {
    name: 'timetable-an-hour-off',
    what: 'the clock of a timetable is an hour ahead',
    file: 'src/sim/weekly-schedule.ts',
    of: 'this.#startsAtUs = startsAtUs;',
    instead: 'this.#startsAtUs = startsAtUs + 3_600_000_000;',
    caughtBy: {
      test: 'test/sim/schedule.test.ts',
      named: 'an evening of every day, for a run that starts on Tuesday at noon',
    },
  },
];
