/** What peers of earlier runs held at their ends, for groups whose `have` names a run. Read while the scenario is parsed. */
import { Bitfield } from '../core/bitfield.ts';
import { piecesAtEnd } from '../trace/metrics/initial-pieces.ts';
import type { Trace } from '../trace/trace.ts';
import { type Complaint, complain, quote } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import type { NamedFiles } from './named-files.ts';
import { nearest } from './nearest.ts';
import { formatPieceList } from './piece-list.ts';
import { asList, asMap } from './rules/plain-data.ts';
import { contentOf } from './rules/torrent-rules.ts';
import type { Path, Places } from './source.ts';
import { formatSize } from './unit-text.ts';

/** For each group, in order, the pieces as plans write them, of each peer or for all; undefined where no run is named. */
export type RunPieces = readonly (string | readonly string[] | undefined)[];

/** What is wrong is added to `problems`. */
export function readRunPieces(
  source: Places,
  data: Record<string, unknown>,
  files: NamedFiles,
  problems: ScenarioProblem[],
): RunPieces {
  return asList(data.peers).map((entry, index) => {
    const { have, group, count } = asMap(entry);
    const { run, peer } = asMap(have);
    if (typeof run !== 'string') return undefined;
    const at: Path = ['peers', index, 'have', 'run'];
    const read = files.readRun(run, source.pathOf(at));
    const complaint = read.ok ? otherContent(run, read.value, data.torrent) : read.complaint;
    if (!read.ok || complaint !== undefined) {
      problems.push(source.atValue(at, complaint as Complaint));
      return undefined;
    }
    const trace = read.value;
    if (typeof peer === 'string') {
      const found = indexOf(trace, peer);
      if (found !== undefined) return heldAtEnd(trace, found);
      problems.push(source.atValue(['peers', index, 'have', 'peer'], noSuchPeer(run, trace, peer)));
      return undefined;
    }
    const names = Array.from(
      { length: typeof count === 'number' ? Math.min(count, trace.header.peers.length + 1) : 1 },
      (_, number) => `${String(group)}-${number + 1}`,
    );
    const missing = names.find((name) => indexOf(trace, name) === undefined);
    if (missing === undefined) return names.map((name) => heldAtEnd(trace, indexOf(trace, name) as number));
    problems.push(source.atValue(at, noSuchPeer(run, trace, missing)));
    return undefined;
  });
}

function indexOf(trace: Trace, peer: string): number | undefined {
  const index = trace.header.peers.findIndex(({ id }) => id === peer);
  return index < 0 ? undefined : index;
}

function heldAtEnd(trace: Trace, peer: number): string {
  const held = new Bitfield(trace.header.torrent.pieceCount);
  for (const [piece, has] of piecesAtEnd(trace, peer).entries()) if (has === 1) held.set(piece);
  return formatPieceList(held);
}

function otherContent(run: string, { header }: Trace, torrent: unknown): Complaint | undefined {
  const content = contentOf(torrent);
  const { totalBytes, pieceLengthBytes } = header.torrent;
  if (content === undefined) return undefined;
  if (content.totalBytes === totalBytes && content.pieceLengthBytes === pieceLengthBytes) return undefined;
  return complain(`the run ${quote(run)} shared other content`, {
    expected: `a run of ${shapeText(content)}; that one had ${shapeText(header.torrent)}`,
  });
}

function shapeText(content: { readonly totalBytes: number; readonly pieceLengthBytes: number }): string {
  return `${formatSize(content.totalBytes)} in pieces of ${formatSize(content.pieceLengthBytes)}`;
}

function noSuchPeer(run: string, { header }: Trace, peer: string): Complaint {
  const names = header.peers.map(({ id }) => id);
  return complain(`the run ${quote(run)} had no peer ${quote(peer)}`, {
    expected: `a peer of that run, of the groups ${header.groups.join(', ')}: ${quote(names[0])}`,
    suggestion: nearest(peer, names),
  });
}
