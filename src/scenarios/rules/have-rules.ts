/** Rules about what peers hold on arrival: pieces that there are. */
import { complain } from '../complaint.ts';
import { parsePieceList } from '../piece-list.ts';
import { asList, asMap, atValue, type RuleFault } from './plain-data.ts';
import { contentOf } from './torrent-rules.ts';

export function haveFaults(root: Record<string, unknown>): RuleFault[] {
  const content = contentOf(root.torrent);
  if (content === undefined) return [];
  const pieceCount = Math.ceil(content.totalBytes / content.pieceLengthBytes);
  const faults: RuleFault[] = [];
  for (const [index, group] of asList(root.peers).entries()) {
    for (const [number, entry] of asList(asMap(group).have).entries()) {
      const last = parsePieceList(String(entry))?.at(-1)?.[1];
      if (last === undefined || last < pieceCount) continue;
      const complaint = complain(`there is no piece ${last}`, {
        expected: `pieces from 0 to ${pieceCount - 1}`,
      });
      faults.push(atValue(['peers', index, 'have', number], complaint));
    }
  }
  return faults;
}
