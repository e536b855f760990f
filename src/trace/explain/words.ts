/** How numbers, instants and names stand in explanations. */
import type { Trace } from '../trace.ts';

const SECOND_US = 1_000_000;

/** "5m10.2s", "310 ms" below a second; an instant counts from the start of the run. */
export function durationText(us: number): string {
  if (us < SECOND_US) return `${Math.round(us / 1000)}ms`;
  const tenths = Math.round(us / 100_000);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const seconds = (tenths % 600) / 10;
  if (hours > 0) return `${hours}h${String(minutes).padStart(2, '0')}m`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** "192 KiB". */
export function sizeText(bytes: number): string {
  let value = bytes;
  for (const unit of ['bytes', 'KiB', 'MiB']) {
    if (Math.abs(value) < 1024) return `${short(value)} ${unit}`;
    value /= 1024;
  }
  return `${short(value)} GiB`;
}

export function rateText(bytesPerSec: number): string {
  return `${sizeText(bytesPerSec)}/s`;
}

/** At most one digit behind the point, and none from 100 on. */
function short(value: number): string {
  return String(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
}

/** "1st", "2nd", "11th". */
export function ordinal(place: number): string {
  const tens = place % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${ending}`;
}

/** "1 piece", "5 pieces". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "a, b and c"; of more than `most` the rest as a number. */
export function listed(words: readonly string[], most = 6): string {
  const shown =
    words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What a peer is called. */
export function peerName({ header }: Pick<Trace, 'header'>, peer: number): string {
  return header.peers[peer]?.id ?? 'a client outside the run';
}
