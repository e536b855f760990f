/** What several observers noted, as one aligned text: when, who, what, about whom. For traces that people read. */
import { toLatin1 } from '../../src/core/bytes.ts';
import type { Testee } from './engine-world.ts';
import type { Note } from './noted-observer.ts';

/** `names`: what to call each client. Sorted by time, then in the order of `names`. */
export function renderNotes(
  names: Readonly<Record<string, Testee>>,
  leaveOut: readonly Note['kind'][] = [],
): string {
  const nameOfHost = new Map(Object.entries(names).map(([name, { address }]) => [address.host, name]));
  const nameOfId = Object.entries(names).map(
    ([name, { client }]) => [toLatin1(client.peerId), name] as const,
  );
  const lines: { atUs: number; text: string }[] = [];
  for (const [name, { observer }] of Object.entries(names)) {
    for (const note of observer.notes) {
      if (leaveOut.includes(note.kind)) continue;
      const host = observer.remotes[note.remote]?.host;
      const remote = host === undefined ? '-' : (nameOfHost.get(host) ?? host);
      const said = (
        note.kind === 'connected' ? [note.details[2] ? 'dialled' : 'accepted'] : note.details
      ).map(String);
      const details = said.map((text) => nameOfId.find(([id]) => id === text)?.[1] ?? text).join(' ');
      const time = (note.atUs / 1000).toFixed(1).padStart(8);
      const text = `${time} ms  ${name.padEnd(2)} ${note.kind.padEnd(15)} ${remote.padEnd(2)} ${details}`;
      lines.push({ atUs: note.atUs, text: text.trimEnd() });
    }
  }
  lines.sort((a, b) => a.atUs - b.atUs);
  return `${lines.map(({ text }) => text).join('\n')}\n`;
}
