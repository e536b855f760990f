/**
 * A dot for each peer on two scales. Pointing at one names it, a click selects its peer for all charts, and the same can be
 * done with keys; peers that are not selected stand back.
 */
import type { ReportModel } from '../report/model.ts';
import { isChosenPeer } from '../report/peer-choice.ts';
import { peerName } from '../report/peer-words.ts';
import type { ChartContext } from '../report/section.ts';
import { drawCapture, type Frame } from './frame.ts';
import { bindPlotKeys } from './plot-keys.ts';
import { groupColour } from './theme.ts';

export interface Dot {
  readonly peer: number;
  readonly x: number;
  readonly y: number;
  /** Without a value: drawn hollow, at the edge. */
  readonly open: boolean;
  /** What is said of it, beside its name. */
  readonly lines: readonly string[];
  /** The numbers behind it, as `data-` attributes. */
  readonly data: Readonly<Record<string, number | string>>;
}

/** From so many on dots are smaller and let others through. */
const MANY = 300;
/** The pointer finds a dot that is at most this far, in pixels. */
const NEAR = 14;

export function drawDots(frame: Frame, dots: readonly Dot[], context: ChartContext): void {
  const { model, selection, tip, title, announce } = context;
  const choice = selection.selected.peers;
  const many = dots.length > MANY;
  const layer = frame.root.append('g').attr('class', 'dots');
  // Those that are chosen lie on top.
  const inOrder = dots.toSorted(
    (a, b) => Number(isChosenPeer(model, choice, a.peer)) - Number(isChosenPeer(model, choice, b.peer)),
  );
  for (const dot of inOrder) {
    const chosen = isChosenPeer(model, choice, dot.peer);
    const colour = groupColour(model.peers.group[dot.peer] ?? 0);
    const mark = layer
      .append('circle')
      .attr('data-mark', 'peer')
      .attr('data-peer', model.peers.id[dot.peer] ?? '')
      .attr('cx', round(dot.x))
      .attr('cy', round(dot.y))
      .attr('r', many ? 2.25 : 4)
      .style('fill', dot.open ? 'var(--page)' : colour)
      .style('stroke', colour)
      .style('stroke-width', dot.open ? 1.5 : 0)
      .style('opacity', chosen ? (many ? 0.6 : 0.8) : 0.1);
    for (const [name, value] of Object.entries(dot.data)) mark.attr(`data-${name}`, value);
  }
  const ring = frame.root.append('circle').attr('class', 'chosen').attr('r', 7).attr('visibility', 'hidden');
  const show = (dot: Dot | undefined): void => {
    ring.attr('visibility', dot === undefined ? 'hidden' : 'visible');
    if (dot !== undefined) ring.attr('cx', dot.x).attr('cy', dot.y);
  };
  let near: Dot | undefined;
  if (choice?.kind === 'peer') show(dots.find(({ peer }) => peer === choice.peer));
  drawCapture(frame, tip, (fractionX, fractionY) => {
    near = nearest(dots, fractionX * frame.width, fractionY * frame.height);
    show(near);
    return near && { heading: peerName(model, near.peer), lines: near.lines };
  })
    .on('click', () => {
      if (near !== undefined) selection.set({ peers: { kind: 'peer', peer: near.peer } });
      else if (choice !== undefined) selection.set({ peers: undefined });
    })
    .on('pointerleave.ring', () => show(undefined));
  bindPlotKeys(
    frame.host,
    `${title}. Left and right arrows go from peer to peer; Escape selects all again.`,
    (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === 'Escape') selection.set({ peers: undefined });
      else if (step !== undefined && dots.length > 0) {
        const { peers } = selection.selected;
        const at = dots.findIndex(({ peer }) => peers?.kind === 'peer' && peer === peers.peer);
        const next = dots[Math.min(dots.length - 1, Math.max(0, at + step))] as Dot;
        selection.set({ peers: { kind: 'peer', peer: next.peer } });
        announce(`${dotText(model, next)}.`);
      } else return false;
      return true;
    },
  );
}

function dotText(model: ReportModel, { peer, lines }: Dot): string {
  return [peerName(model, peer), ...lines].join(', ');
}

function nearest(dots: readonly Dot[], x: number, y: number): Dot | undefined {
  let best: Dot | undefined;
  let least = NEAR * NEAR;
  for (const dot of dots) {
    const away = (dot.x - x) * (dot.x - x) + (dot.y - y) * (dot.y - y);
    if (away > least) continue;
    least = away;
    best = dot;
  }
  return best;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
