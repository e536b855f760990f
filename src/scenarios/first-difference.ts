/**
 * What two runs of one plan differ in first, in words. Events are stored and can be named one by one; single blocks are
 * not, so a difference in blocks alone is narrowed down to a peer and a sample interval. The digests speak for the rest.
 */
import { EventKind, type Trace } from '../trace/trace.ts';
import { formatDuration } from './unit-text.ts';

interface Difference {
  /** No difference of this kind lies before it. */
  readonly atUs: number;
  readonly text: string;
}

/** Undefined when the traces are equal. */
export function firstDifference(a: Trace, b: Trace): string | undefined {
  if (a.digest === b.digest) return undefined;
  const event = differingEvent(a, b);
  const blocks = differingBlocks(a, b);
  if (blocks !== undefined && event === undefined) return `${blocks.text}; all stored events agree`;
  if (blocks !== undefined && event !== undefined && blocks.atUs < event.atUs)
    return `${blocks.text}; the first event that differs is ${event.text}`;
  return event?.text ?? differingRest(a, b);
}

function differingEvent(a: Trace, b: Trace): Difference | undefined {
  const columns = ['timeUs', 'kind', 'peer', 'a', 'b', 'c'] as const;
  const rows = Math.min(a.events.count, b.events.count);
  for (let row = 0; row < rows; row++) {
    if (columns.every((column) => a.events[column][row] === b.events[column][row])) continue;
    return {
      atUs: Math.min(a.events.timeUs[row] as number, b.events.timeUs[row] as number),
      text: `event ${row}: ${describeEvent(a, row)} in the first run, ${describeEvent(b, row)} in the second`,
    };
  }
  if (a.events.count === b.events.count) return undefined;
  const [longer, names] = a.events.count > rows ? [a, ['first', 'second']] : [b, ['second', 'first']];
  return {
    atUs: longer.events.timeUs[rows] as number,
    text: `event ${rows}: ${describeEvent(longer, rows)} in the ${names[0]} run, nothing more in the ${names[1]}`,
  };
}

function describeEvent({ events, header }: Trace, row: number): string {
  const kind = events.kind[row];
  const name = Object.entries(EventKind).find(([, number]) => number === kind)?.[0] ?? `kind ${kind}`;
  const peer = header.peers[events.peer[row] as number]?.id ?? 'the world:';
  const details = [events.a[row], events.b[row], events.c[row]].join(', ');
  // To the microsecond: two runs may differ in no more than that.
  return `${peer} ${name} (${details}) at ${(events.timeUs[row] as number) / 1e6}s`;
}

/** The first sample interval in which a peer has moved another number of bytes. */
function differingBlocks(a: Trace, b: Trace): Difference | undefined {
  const { intervalUs } = a.samples;
  if (intervalUs !== b.samples.intervalUs) return undefined;
  const { peers } = a.header;
  const cells = Math.min(a.samples.received.length, b.samples.received.length);
  for (let cell = 0; cell < cells; cell++) {
    for (const direction of ['received', 'sent'] as const) {
      const [first, second] = [a.samples[direction][cell], b.samples[direction][cell]];
      if (first === second) continue;
      const fromUs = Math.floor(cell / peers.length) * intervalUs;
      const untilUs = fromUs + intervalUs;
      const when = `between ${formatDuration(fromUs)} and ${formatDuration(untilUs)}`;
      const who = peers[cell % peers.length]?.id;
      return {
        atUs: untilUs,
        text: `blocks: ${who} ${direction} ${first} bytes ${when} in the first run, ${second} in the second`,
      };
    }
  }
  return undefined;
}

/** Events and samples agree. */
function differingRest(a: Trace, b: Trace): string {
  const peer = a.header.peers.findIndex(
    (_, index) => a.totals.wastedBytes[index] !== b.totals.wastedBytes[index],
  );
  if (peer >= 0) {
    const wasted = [a, b].map(({ totals }) => totals.wastedBytes[peer]);
    return `${a.header.peers[peer]?.id} wasted ${wasted[0]} bytes in the first run, ${wasted[1]} in the second`;
  }
  const text = a.strings.findIndex((each, index) => each !== b.strings[index]);
  if (text >= 0) return `"${a.strings[text]}" in the first run is "${b.strings[text]}" in the second`;
  if (a.endUs !== b.endUs) return `the first run ends at ${a.endUs / 1e6}s, the second at ${b.endUs / 1e6}s`;
  return `the order or the places of blocks (digests ${a.digest} and ${b.digest}); events and samples agree`;
}
