/**
 * Control overhead: what peers sent to each other beside payload, of those whose program counts it (control-bytes.ts); and
 * the payload that came in vain because its piece failed.
 */
import { CONTROL_KIND_NAMES } from '../control-bytes.ts';
import { EventKind, type Trace } from '../trace.ts';
import { countsControl } from './behaviour.ts';

/** By peer, in bytes; NaN for one that is not counted. All NaN where nobody counted. */
export function foldControlSent({ header, control }: Trace): Float64Array {
  return Float64Array.from(header.peers, ({ behaviour }, peer) => {
    if (control === undefined || !countsControl(behaviour)) return Number.NaN;
    let bytes = 0;
    for (let kind = 0; kind < control.kinds; kind++) {
      bytes += control.sentBytes[peer * control.kinds + kind] as number;
    }
    return bytes;
  });
}

/** What is counted together, in the order of `ControlSum.bytes`; what no name stands for is the last. */
export const CONTROL_CLASSES = [
  { name: 'headers of blocks', kinds: ['piece header'] },
  { name: 'requests, cancels, rejects', kinds: ['request', 'cancel', 'reject'] },
  { name: 'haves and bitfields', kinds: ['have', 'bitfield', 'have all', 'have none'] },
  { name: 'chokes and interest', kinds: ['choke', 'unchoke', 'interested', 'not interested'] },
  { name: 'handshakes and the rest', kinds: [] },
] as const;

/** Bytes by group of the sender, then by class; undefined where nobody counted. */
export function foldControlByGroup({ header, control }: Trace): number[][] | undefined {
  if (control === undefined) return undefined;
  const rest = CONTROL_CLASSES.length - 1;
  const classOf = Array.from({ length: control.kinds }, (_, kind) => {
    const name = CONTROL_KIND_NAMES[kind] ?? '';
    const found = CONTROL_CLASSES.findIndex(({ kinds }) => (kinds as readonly string[]).includes(name));
    return found < 0 ? rest : found;
  });
  const sums = header.groups.map(() => CONTROL_CLASSES.map(() => 0));
  for (const [peer, { group }] of header.peers.entries()) {
    const own = sums[group];
    if (own === undefined) continue;
    for (const [kind, place] of classOf.entries()) {
      own[place] = (own[place] ?? 0) + (control.sentBytes[peer * control.kinds + kind] as number);
    }
  }
  return sums;
}

/** By peer: bytes of the pieces that failed their check there; they are among those received. */
export function foldFailedBytes({ header, events }: Trace): Float64Array {
  const { totalBytes, pieceLengthBytes } = header.torrent;
  const bytes = new Float64Array(header.peers.length);
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.pieceFailed) continue;
    const [peer, piece] = [events.peer[row] as number, events.a[row] as number];
    const length = Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
    bytes[peer] = (bytes[peer] as number) + length;
  }
  return bytes;
}
