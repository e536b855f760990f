/**
 * The most that each count may be: what was counted when the bound was set, and a tenth more. A change that makes one of
 * them smaller lowers its bound in the same commit; one that has to raise it says why.
 */

export interface CountBound {
  readonly what: string;
  /** What was counted when the bound was set. */
  readonly counted: number;
  /** How to find out what has become more. */
  readonly lookInto: string;
}

export type CountName =
  | 'eventsPerBlock'
  | 'messagesPerBlock'
  | 'deliveriesPerBlock'
  | 'traceBytesPerPiece'
  | 'allocatedBytesPerBlock';

const HEADROOM = 1.1;

export const COUNT_BOUNDS: Readonly<Record<CountName, CountBound>> = {
  eventsPerBlock: {
    what: 'events of the simulation per block',
    counted: 5.33,
    lookInto: 'which targets fire: count them by constructor in Simulation',
  },
  messagesPerBlock: {
    what: 'small messages per block',
    counted: 3.26,
    lookInto: 'MessageTally: tally by kind; haves and requests should be nearly all',
  },
  deliveriesPerBlock: {
    what: 'deliveries from the network per block',
    counted: 3.11,
    lookInto: 'whether small messages still travel together: StreamDirections and SegmentQueues',
  },
  traceBytesPerPiece: {
    what: 'bytes of trace for each piece of each peer',
    counted: 96,
    lookInto: 'which kinds of events the trace has more of: events.csv of a run',
  },
  allocatedBytesPerBlock: {
    what: 'bytes allocated per block',
    counted: 847,
    lookInto: 'node --heap-prof dist/bench.js --one 30x16, and sort by self size',
  },
};

/** What is wrong with a count, for people; undefined when it is within its bound. */
export function judgeCount(name: CountName, value: number): string | undefined {
  const { what, counted, lookInto } = COUNT_BOUNDS[name];
  const bound = counted * HEADROOM;
  if (value <= bound) return undefined;
  const excess = ((value / counted - 1) * 100).toFixed(0);
  return `${value.toFixed(2)} ${what}: ${excess} % more than the ${counted} when the bound was set (at most ${bound.toFixed(2)})\n  to look into it: ${lookInto}`;
}
