/**
 * Who is there when: a strip a peer, in blocks of one group in order of arrival, coloured by what the peer is doing. A
 * peer that is there has a full strip, one that is away a thin line, so that the picture reads without colours too. What
 * the selected peer is doing at the selected instant is said in words below.
 */
import type { PresenceLetter, ReportModel } from '../report/model.ts';
import { everyNth, isThereLetter, peerName, stateName } from '../report/peer-words.ts';
import type { ChartContext, Draw } from '../report/section.ts';
import { drawBands, headroomFor } from './bands.ts';
import { formatCount, formatDuration } from './format.ts';
import { createFrame, drawTimeAxis, type Frame, placeCanvas, viewScale } from './frame.ts';
import { drawKeys } from './keys.ts';
import { layOutPresence, PRESENCE_COLOURS, type PresenceBlock, paintPresence } from './presence-image.ts';
import { drawTimeCursor, type PlaceText } from './time-cursor.ts';

interface Place {
  readonly row: number;
  readonly span: number;
}

/** Builds the chart once; what is returned draws it. */
export function createPresenceStrips(host: HTMLElement, context: ChartContext): Draw {
  const { model, selection } = context;
  const { presence } = model;
  const keys = document.createElement('div');
  keys.className = 'keys';
  const picture = document.createElement('div');
  picture.className = 'picture';
  const status = document.createElement('p');
  status.className = 'status hint';
  host.replaceChildren(keys, picture, status);
  host.dataset.rows = String(presence.peers.length);
  const rowOf = new Map(presence.peers.map((peer, row) => [peer, row]));
  const chosenRow = (): number | undefined => {
    const { peers } = selection.selected;
    return peers?.kind === 'peer' ? rowOf.get(peers.peer) : undefined;
  };

  return () => {
    const { peers: choice } = selection.selected;
    const blocks = layOutPresence(model, choice?.kind === 'group' ? choice.group : undefined);
    const bottom = blocks.at(-1);
    const tall = bottom === undefined ? 40 : bottom.top + bottom.height;
    drawKeys(keys, legend(model));
    const frame = createFrame(
      picture,
      'When each peer was there and what it was doing',
      tall,
      () => ({ top: 4, right: 4, bottom: 46, left: 6 }),
      headroomFor(model),
    );
    const x = viewScale(frame, selection.view);
    paintPresence(placeCanvas(frame), frame, model, blocks, x);
    drawTimeAxis(frame, x);
    for (const block of blocks) drawHeading(frame, model, block);
    drawBands(frame, x, model, true);
    const describe = (timeUs: number, fractionY: number | undefined): PlaceText | undefined => {
      const row =
        fractionY === undefined ? (chosenRow() ?? blocks[0]?.start) : rowAt(blocks, fractionY * tall);
      if (row === undefined) return undefined;
      const { heading, lines } = describeSpan(model, placeOf(model, row, timeUs));
      return { heading, lines: fractionY === undefined ? [`at ${formatDuration(timeUs)}`, ...lines] : lines };
    };
    const mark = frame.plot.append('rect').attr('class', 'chosen');
    const follow = drawTimeCursor(frame, x, context, {
      describe,
      pick: (_, fractionY) => choose(model, rowAt(blocks, fractionY * tall)),
      step: (rows) => {
        const [first, last] = [blocks[0]?.start ?? 0, (blocks.at(-1)?.end ?? 1) - 1];
        const row = chosenRow();
        return choose(model, row === undefined ? first : Math.min(last, Math.max(first, row + rows)));
      },
    });
    return (selected, changed) => {
      follow(selected, changed);
      const row = chosenRow();
      const block = blocks.find(({ start, end }) => row !== undefined && row >= start && row < end);
      mark.attr('visibility', row === undefined || block === undefined ? 'hidden' : 'visible');
      if (row === undefined || block === undefined) {
        status.textContent = 'Click on a strip to choose its peer in all charts.';
        return;
      }
      const height = block.height / (block.end - block.start);
      mark
        .attr('x', 0)
        .attr('width', frame.width)
        .attr('y', block.top + (row - block.start) * height - 1)
        .attr('height', Math.max(3, height + 2));
      const { heading, lines } = describeSpan(model, placeOf(model, row, selected.instantUs));
      status.textContent = `${heading} at ${formatDuration(selected.instantUs)}: ${lines.join(', ')}.`;
    };
  };
}

function choose(model: ReportModel, row: number | undefined): { peers?: { kind: 'peer'; peer: number } } {
  const peer = model.presence.peers[row ?? -1];
  return peer === undefined ? {} : { peers: { kind: 'peer', peer } };
}

function drawHeading(frame: Frame, model: ReportModel, block: PresenceBlock): void {
  const { peerStride } = model.presence;
  const group = model.groups[block.group];
  const shown = block.end - block.start;
  const count = peerStride > 1 ? (group?.peers ?? shown) : shown;
  const thinned = count > shown ? `, ${everyNth(peerStride)} shown` : '';
  frame.root
    .append('text')
    .attr('class', 'direct')
    .attr('y', block.top - 7)
    .style('fill', 'var(--ink)')
    .text(`${group?.name ?? ''} · ${formatCount(count, 'peer')}${thinned}`);
}

/** Only what occurs, in a fixed order. */
function legend(model: ReportModel): { colour: string; text: string; thin: boolean }[] {
  const all = model.presence.states.join('');
  return Object.entries(PRESENCE_COLOURS).flatMap(([letter, colour]) =>
    colour === undefined || !all.includes(letter)
      ? []
      : [
          {
            colour: `var(${colour})`,
            text: stateName(letter as PresenceLetter),
            thin: !isThereLetter(letter as PresenceLetter),
          },
        ],
  );
}

function rowAt(blocks: readonly PresenceBlock[], y: number): number | undefined {
  const block = blocks.find(({ top, height }) => y >= top && y <= top + height);
  if (block === undefined) return undefined;
  const rows = block.end - block.start;
  return block.start + Math.min(rows - 1, Math.floor(((y - block.top) / block.height) * rows));
}

function placeOf(model: ReportModel, row: number, timeUs: number): Place {
  const times = model.presence.timesUs[row] ?? [];
  if (timeUs < (times[0] ?? Number.POSITIVE_INFINITY)) return { row, span: -1 };
  const span = times.findLastIndex((us) => us <= timeUs);
  return { row, span: Math.max(0, Math.min(times.length - 2, span)) };
}

function describeSpan(model: ReportModel, { row, span }: Place): { heading: string; lines: string[] } {
  const { presence, endUs } = model;
  const times = presence.timesUs[row] ?? [];
  const heading = peerName(model, presence.peers[row] ?? 0);
  if (span < 0) return { heading, lines: [`arrives at ${formatDuration(times[0] ?? endUs)}`] };
  const letter = presence.states[row]?.charAt(span) as PresenceLetter;
  const toUs = times[span + 1] ?? endUs;
  const until = toUs >= endUs ? 'to the end' : `to ${formatDuration(toUs)}`;
  return { heading, lines: [stateName(letter), `from ${formatDuration(times[span] ?? 0)} ${until}`] };
}
