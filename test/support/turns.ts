/**
 * The order in which files of tests begin, given that each of a few processes takes the next one when it is done with its
 * last: at most so many wait at a time, and the longest of all kinds come first, so that nobody waits for one at the end.
 */

/** Of the processes, so many at most are with a file that waits: the others keep the cores busy. */
const WAITING_AT_A_TIME = 2;
const PROCESSES = 4;
/** How long a file takes that is not among those below. */
const OTHERS_SECONDS = 1;

/** By the end of its path: seconds that a file takes which mostly waits. rTorrent sends its first message after a minute and a half. */
export const WAITING: Readonly<Record<string, number>> = {
  'interop/pex.test.ts': 92,
  'interop/parity.test.ts': 70,
  'cli/resume.test.ts': 40,
  'interop/trackers.test.ts': 30,
  'interop/matrix.test.ts': 25,
  'cli/hostile-transfer.test.ts': 20,
  'cli/transfer.test.ts': 20,
  'interop/named-peers.test.ts': 15,
  'cli/tracker.test.ts': 12,
  'cli/magnet.test.ts': 10,
  'interop/rig.test.ts': 8,
  'interop/dht.test.ts': 8,
  'cli/watch.test.ts': 8,
  'cli/several-torrents.test.ts': 6,
  'cli/dht-transfer.test.ts': 5,
};

/** The same of files that mostly compute. */
export const COMPUTING: Readonly<Record<string, number>> = {
  'browser/play.test.ts': 50,
  'browser/report-runs.test.ts': 35,
  'cli/library.test.ts': 28,
  'cli/tutorial.test.ts': 25,
  'cli/sweep.test.ts': 25,
  'api/examples.test.ts': 20,
  'browser/report.test.ts': 15,
  'browser/swarm.test.ts': 15,
  'cli/explore.test.ts': 14,
  'cli/ci-path.test.ts': 12,
  'reproduction/models.test.ts': 12,
  'browser/eventful-report.test.ts': 12,
  'planted/explore.test.ts': 11,
  'planted/canaries.test.ts': 10,
  'property/every-decoder.test.ts': 10,
  'cli/run.test.ts': 10,
  'cli/determinism.test.ts': 9,
};

/** The files in the order in which they are to begin. Equally long ones keep their order. */
export function inTurns<File>(files: readonly File[], pathOf: (file: File) => string): File[] {
  const timed = files.map((file) => ({ file, ...secondsOf(pathOf(file)) }));
  const longestFirst = timed.toSorted((one, other) => other.seconds - one.seconds);
  const waiting = longestFirst.filter(({ waits }) => waits);
  const computing = longestFirst.filter(({ waits }) => !waits);
  const processes = Array.from({ length: PROCESSES }, () => ({ freeAt: 0, waits: false }));
  const order: File[] = [];
  while (waiting.length + computing.length > 0) {
    const free = processes.reduce((first, each) => (each.freeAt < first.freeAt ? each : first));
    free.waits = false;
    const mayWait = processes.filter(({ waits }) => waits).length < WAITING_AT_A_TIME;
    const next = (mayWait ? waiting.shift() : undefined) ?? computing.shift() ?? waiting.shift();
    if (next === undefined) break;
    free.freeAt += next.seconds;
    free.waits = next.waits;
    order.push(next.file);
  }
  return order;
}

function secondsOf(path: string): { readonly seconds: number; readonly waits: boolean } {
  const waits = WAITING[path];
  return { seconds: waits ?? COMPUTING[path] ?? OTHERS_SECONDS, waits: waits !== undefined };
}
