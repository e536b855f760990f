/**
 * A dot for each peer on two scales. Pointing at one names it, a click selects its peer for all charts, and the same can be
 * done with keys; peers that are not selected stand back.
 */
import type { ReportModel } from '../report/model.ts';
import { isChosenPeer } from '../report/peer-choice.ts';
import { peerName } from '../report/peer-words.ts';
import type { ChartContext } from '../report/section.ts';
import type { PeerChoice } from '../report/selection.ts';
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
  /** The number that it shows; undefined for one that is hollow. */
  readonly value: number | undefined;
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
  for (const { dots: own, group, chosen, open } of sorted(model, dots, choice)) {
    const colour = groupColour(group);
    layer
      .append('path')
      .attr('data-mark', 'peers')
      .attr('data-group', model.groups[group]?.name ?? '')
      .attr('data-values', own.map(({ value }) => value ?? '').join(' '))
      .attr('d', own.map(({ x, y }) => circle(x, y, many ? 2.25 : 4)).join(''))
      .style('fill', open ? 'var(--page)' : colour)
      .style('stroke', open ? colour : 'none')
      .style('stroke-width', 1.5)
      .style('opacity', chosen ? (many ? 0.6 : 0.8) : 0.1);
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

interface Kind {
  readonly group: number;
  readonly chosen: boolean;
  readonly open: boolean;
  readonly dots: Dot[];
}

/** Dots that look alike: thousands of them are a few marks. Those that are chosen lie on top. */
function sorted(model: ReportModel, dots: readonly Dot[], choice: PeerChoice | undefined): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const dot of dots) {
    const group = model.peers.group[dot.peer] ?? 0;
    const chosen = isChosenPeer(model, choice, dot.peer);
    const key = `${group} ${chosen} ${dot.open}`;
    const kind = kinds.get(key) ?? { group, chosen, open: dot.open, dots: [] };
    kind.dots.push(dot);
    kinds.set(key, kind);
  }
  return [...kinds.values()].sort((a, b) => Number(a.chosen) - Number(b.chosen));
}

function circle(x: number, y: number, radius: number): string {
  const size = 2 * radius;
  return `M${round(x - radius)},${round(y)}a${radius},${radius} 0 1,0 ${size},0a${radius},${radius} 0 1,0 ${-size},0z`;
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
