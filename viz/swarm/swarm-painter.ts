/**
 * Paints one instant of a swarm onto a canvas: ways with their dots, rings over them, what a peer is in its middle, timers
 * round it. Knows where things are and how they look; what is chosen and when to paint is decided by the view.
 */
import { type ArcPath, arcBetween, pointAlong } from './arc-paths.ts';
import { FlowDots } from './flow-dots.ts';
import { pieceColours } from './piece-colours.ts';
import { anglesOf } from './ring-segments.ts';
import { bandWidth, type RingLook, RingSprite } from './ring-sprite.ts';
import { star } from './star.ts';
import type { SwarmCast, SwarmDelivery, SwarmInstant, SwarmTransfer } from './swarm-history.ts';
import { NAMED_RADIUS, placeSwarm, type RingPlace } from './swarm-layout.ts';
import { greyReason, isStarved, rarestPieces, WAITING } from './swarm-words.ts';

/** Colours of the page, as CSS texts. */
export interface SwarmPalette {
  readonly ink: string;
  readonly quiet: string;
  readonly page: string;
  readonly empty: string;
  readonly grey: string;
  readonly seed: string;
  readonly bad: string;
  readonly optimistic: string;
}

export interface Painted {
  /** The peer and the piece that are chosen, -1 for none, and how that piece came to its holders. */
  readonly peer: number;
  readonly piece: number;
  readonly family: readonly SwarmDelivery[];
  /** Seconds by which dots move on; undefined: the picture stands, and arrows show the directions. */
  readonly seconds: number | undefined;
}

/** More of the rarest pieces than this are not marked one by one. */
const MARKED_PIECES = 4;
/** With more copies than this even the rarest piece is in no danger. */
const RARE_COPIES = 3;
/** Pieces that two peers have under way at a time are drawn beside each other, as many as this. */
const LANES = 3;
/** With more ways than this, lines are faint, and arrows are for what is chosen. */
const CROWDED_WAYS = 90;
const DOT = 2.8;
/** Smaller rings have no second line below them. */
const DETAILED_RADIUS = 17;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const TURN = 2 * Math.PI;

interface Way {
  readonly transfer: SwarmTransfer;
  readonly path: ArcPath;
}

export class SwarmPainter {
  readonly places: readonly RingPlace[];
  readonly #cast: SwarmCast;
  readonly #context: CanvasRenderingContext2D;
  readonly #labels: CanvasRenderingContext2D;
  /** By peer: why it is grey, as it was painted last. */
  #labelled: (string | undefined)[] | undefined;
  readonly #width: number;
  readonly #height: number;
  readonly #density: number;
  readonly #palette: SwarmPalette;
  readonly #look: RingLook;
  readonly #colours: readonly string[];
  readonly #sprites: readonly RingSprite[];
  readonly #dots: FlowDots;
  readonly #paths = new Map<number, ArcPath>();

  /** `labels`: of a canvas of the same size above the other, which is painted only when a label changes. */
  constructor(
    cast: SwarmCast,
    context: CanvasRenderingContext2D,
    labels: CanvasRenderingContext2D,
    size: { readonly width: number; readonly height: number; readonly density: number },
    palette: SwarmPalette,
  ) {
    const { pieceCount } = cast.torrent;
    this.#cast = cast;
    this.#context = context;
    this.#labels = labels;
    this.#width = size.width;
    this.#height = size.height;
    this.#density = size.density;
    this.#palette = palette;
    this.#colours = pieceColours(pieceCount);
    this.#look = { colours: this.#colours, empty: palette.empty, grey: palette.grey, page: palette.page };
    this.places = placeSwarm(cast.peers, size.width, size.height);
    this.#sprites = this.places.map(({ radius }) => new RingSprite(pieceCount, radius, size.density));
    this.#dots = new FlowDots(cast.peers.map(({ upBytesPerSec }) => upBytesPerSec));
  }

  /** Pieces that share a segment of the ring, for the legend: the fewest and the most of all rings. */
  get piecesPerSegment(): readonly [number, number] {
    const each = this.#sprites.map(({ segments }) => segments.piecesEach);
    return [Math.min(...each), Math.max(...each)];
  }

  /** The rate at which dots move `paceOf` pixels a second, for the legend. */
  get dots(): FlowDots {
    return this.#dots;
  }

  paint(instant: SwarmInstant, painted: Painted): void {
    const context = this.#context;
    context.setTransform(this.#density, 0, 0, this.#density, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    if (painted.piece >= 0) this.#paintFamily(painted);
    else if (painted.peer >= 0) this.#paintTies(instant, painted.peer);
    this.#paintTransfers(instant, painted);
    const { pieceCount } = this.#cast.torrent;
    const isRare = instant.fewestCopies <= RARE_COPIES && instant.rarestCount <= MARKED_PIECES;
    const rare = isRare ? rarestPieces(instant, pieceCount, MARKED_PIECES) : [];
    for (const peer of this.places.keys()) this.#paintPeer(instant, peer, painted, rare);
    this.#paintLabels(instant);
  }

  /** Text costs more than all rings together, and seldom changes. */
  #paintLabels(instant: SwarmInstant): void {
    const reasons = this.places.map((_, peer) => greyReason(instant, peer));
    if (this.#labelled?.every((reason, peer) => reason === reasons[peer]) === true) return;
    this.#labelled = reasons;
    this.#labels.setTransform(this.#density, 0, 0, this.#density, 0, 0);
    this.#labels.clearRect(0, 0, this.#width, this.#height);
    for (const [peer, place] of this.places.entries()) this.#paintName(peer, place, reasons[peer]);
  }

  #paintTransfers(instant: SwarmInstant, painted: Painted): void {
    const ways = new Map<number, Way>();
    const lanes = new Map<number, number>();
    let pixels = 0;
    for (const transfer of instant.transfers) {
      const pair = transfer.from * this.places.length + transfer.to;
      const lane = lanes.get(pair) ?? 0;
      lanes.set(pair, lane + 1);
      if (lane >= LANES) continue;
      const key = pair * LANES + lane;
      const path = this.#path(transfer, key, lane);
      if (path === undefined) continue;
      pixels += path.length;
      ways.set(key, { transfer, path });
    }
    this.#dots.keep(ways);
    const crowded = ways.size > CROWDED_WAYS;
    const distance = this.#dots.distanceFor(pixels);
    for (const [key, { transfer, path }] of ways) {
      const quiet = isQuiet(transfer, painted);
      const colour = this.#colours[transfer.piece] ?? this.#palette.quiet;
      const offset = this.#dots.move(key, transfer.bytesPerSec, painted.seconds ?? 0);
      this.#context.globalAlpha = quiet ? 0.08 : crowded ? 0.22 : 0.45;
      this.#strokePath(path, colour, 1.5);
      this.#context.globalAlpha = quiet ? 0.15 : 1;
      this.#paintDots(path, offset % distance, distance, colour);
      const isChosen = painted.peer >= 0 || painted.piece >= 0;
      if (painted.seconds === undefined && !quiet && (!crowded || isChosen)) this.#paintArrow(path);
    }
    this.#context.globalAlpha = 1;
  }

  #paintDots(path: ArcPath, offset: number, distance: number, colour: string): void {
    const context = this.#context;
    context.fillStyle = colour;
    context.beginPath();
    for (let at = offset; at < path.length; at += distance) {
      const [x, y] = pointAlong(path, at / path.length);
      context.moveTo(x + DOT, y);
      context.arc(x, y, DOT, 0, TURN);
    }
    context.fill();
  }

  #strokePath(path: ArcPath, colour: string, width: number): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(path.fromX, path.fromY);
    context.quadraticCurveTo(path.bendX, path.bendY, path.toX, path.toY);
    context.stroke();
  }

  #path(transfer: SwarmTransfer, key: number, lane: number): ArcPath | undefined {
    const known = this.#paths.get(key);
    if (known !== undefined) return known;
    const from = this.places[transfer.from];
    const to = this.places[transfer.to];
    if (from === undefined || to === undefined) return undefined;
    const path = arcBetween(from, to, lane);
    this.#paths.set(key, path);
    return path;
  }

  #paintArrow(path: ArcPath): void {
    const context = this.#context;
    const [tipX, tipY] = pointAlong(path, 1);
    const [backX, backY] = pointAlong(path, Math.max(0, 1 - 9 / path.length));
    const angle = Math.atan2(tipY - backY, tipX - backX);
    context.fillStyle = this.#palette.ink;
    context.beginPath();
    context.moveTo(tipX, tipY);
    context.lineTo(tipX - 8 * Math.cos(angle - 0.42), tipY - 8 * Math.sin(angle - 0.42));
    context.lineTo(tipX - 8 * Math.cos(angle + 0.42), tipY - 8 * Math.sin(angle + 0.42));
    context.fill();
  }

  /** Whom the peer serves, and who serves it. */
  #paintTies(instant: SwarmInstant, peer: number): void {
    for (const { remote, reason } of instant.unchokesOf(peer))
      this.#paintTie(peer, remote, reason === 'optimistic');
    for (const remote of this.places.keys()) {
      const tie = instant.unchokeOf(remote, peer);
      if (tie !== undefined) this.#paintTie(remote, peer, tie.reason === 'optimistic');
    }
  }

  #paintTie(from: number, to: number, dashed: boolean): void {
    const [start, end] = [this.places[from], this.places[to]];
    if (start === undefined || end === undefined) return;
    const context = this.#context;
    context.globalAlpha = 0.7;
    context.setLineDash(dashed ? [5, 4] : []);
    this.#strokePath(arcBetween(start, end), dashed ? this.#palette.optimistic : this.#palette.ink, 1);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  #paintFamily({ family, piece }: Painted): void {
    for (const { from, peer } of family) {
      const [start, end] = [this.places[from], this.places[peer]];
      if (start === undefined || end === undefined) continue;
      const path = arcBetween(start, end);
      this.#strokePath(path, this.#colours[piece] ?? this.#palette.ink, 2.5);
      this.#paintArrow(path);
    }
  }

  #paintPeer(instant: SwarmInstant, peer: number, painted: Painted, rare: readonly number[]): void {
    const place = this.places[peer] as RingPlace;
    const sprite = this.#sprites[peer] as RingSprite;
    const context = this.#context;
    const { x, y, radius } = place;
    const reason = greyReason(instant, peer);
    sprite.show(instant, peer, reason !== undefined, this.#look);
    const isThere = instant.presenceOf(peer) === 'there';
    context.globalAlpha = isThere ? 1 : instant.presenceOf(peer) === 'waiting' ? 0.45 : 0.6;
    this.#disc(x, y, radius - bandWidth(radius) / 2, this.#palette.page);
    const size = sprite.canvas.width / this.#density;
    context.drawImage(sprite.canvas, x - size / 2, y - size / 2, size, size);
    context.globalAlpha = 1;
    if (isThere) {
      this.#paintTimers(instant, peer, place);
      this.#paintCore(instant, peer, place);
      for (const piece of rare)
        if (instant.has(peer, piece)) this.#markPiece(place, piece, this.#palette.ink);
    }
    if (painted.piece >= 0 && instant.has(peer, painted.piece))
      this.#markPiece(place, painted.piece, this.#palette.bad);
    if (painted.peer === peer) this.#paintChosen(place);
  }

  /** A seed is a full disc with a star; a leecher says how far it is; one that all choke is crossed out. */
  #paintCore(instant: SwarmInstant, peer: number, { x, y, radius }: RingPlace): void {
    const context = this.#context;
    const core = radius - bandWidth(radius) - 2;
    if (core < 2) return;
    if (instant.isComplete(peer)) {
      this.#disc(x, y, core, instant.isCapped(peer) ? this.#palette.grey : this.#palette.seed);
      context.fillStyle = this.#palette.page;
      star(context, x, y, core * 0.62);
      context.fill();
      return;
    }
    if (isStarved(instant, peer)) {
      context.strokeStyle = this.#palette.bad;
      context.lineWidth = Math.max(1.5, radius * 0.09);
      context.beginPath();
      context.arc(x, y, core * 0.86, 0, TURN);
      const reach = core * 0.86 * Math.SQRT1_2;
      context.moveTo(x - reach, y + reach);
      context.lineTo(x + reach, y - reach);
      context.stroke();
    }
    if (core < 9) return;
    const isCrowd = (this.#cast.peers[peer]?.standsFor ?? 1) > 1;
    const percent = Math.floor((100 * instant.heldCountOf(peer)) / this.#cast.torrent.pieceCount);
    context.fillStyle = this.#palette.ink;
    context.font = `600 ${Math.min(17, Math.max(9, core * 0.8))}px ${FONT}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(String(isCrowd ? instant.thereOf(peer) : percent), x, y + 0.5);
  }

  /** The inner arc: until the next choke round. The outer one: until an optimistic peer is drawn anew. */
  #paintTimers(instant: SwarmInstant, peer: number, { x, y, radius }: RingPlace): void {
    const round = instant.roundTimerOf(peer);
    const optimistic = instant.optimisticTimerOf(peer);
    const width = radius < 14 ? 1 : 1.6;
    if (round !== undefined)
      this.#timer(x, y, radius + 1 + width, width, rest(round, instant.timeUs), this.#palette.quiet);
    if (optimistic !== undefined)
      this.#timer(
        x,
        y,
        radius + 2 + 2.5 * width,
        width,
        rest(optimistic, instant.timeUs),
        this.#palette.optimistic,
      );
  }

  #timer(x: number, y: number, radius: number, width: number, share: number, colour: string): void {
    const context = this.#context;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + share * TURN);
    context.stroke();
  }

  /** A wedge that points at the piece's place on the ring. */
  #markPiece({ x, y, radius }: RingPlace, piece: number, colour: string): void {
    const context = this.#context;
    const { pieceCount } = this.#cast.torrent;
    const [from, to] = anglesOf(pieceCount, piece, piece + 1);
    const angle = (from + to) / 2 - Math.PI / 2;
    const long = Math.max(5, radius * 0.28);
    const at = (distance: number, turn: number): [number, number] => [
      x + distance * Math.cos(angle + turn),
      y + distance * Math.sin(angle + turn),
    ];
    const wide = long / 2 / (radius + long);
    context.fillStyle = colour;
    context.strokeStyle = this.#palette.page;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(...at(radius - 1, 0));
    context.lineTo(...at(radius + long, wide));
    context.lineTo(...at(radius + long, -wide));
    context.closePath();
    context.fill();
    context.stroke();
  }

  #paintChosen({ x, y, radius }: RingPlace): void {
    const context = this.#context;
    context.strokeStyle = this.#palette.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius + 9, 0, TURN);
    context.stroke();
  }

  #paintName(peer: number, { x, y, radius }: RingPlace, reason: string | undefined): void {
    if (radius < NAMED_RADIUS) return;
    const context = this.#labels;
    const who = this.#cast.peers[peer];
    const room = 2 * radius + 14;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.lineJoin = 'round';
    const write = (text: string, top: number, colour: string, weight: number): void => {
      context.font = `${weight} ${radius < 20 ? 10 : 11.5}px ${FONT}`;
      context.strokeStyle = this.#palette.page;
      context.lineWidth = 3;
      context.strokeText(text, x, top, room);
      context.fillStyle = colour;
      context.fillText(text, x, top, room);
    };
    write(who?.id ?? '', y + radius + 16, this.#palette.ink, 500);
    const below =
      (reason === WAITING ? '' : reason) ?? (who?.behaviour === 'honest' ? '' : (who?.behaviour ?? ''));
    if (radius < DETAILED_RADIUS || below === '') return;
    write(below, y + radius + 28, reason === undefined ? this.#palette.bad : this.#palette.quiet, 500);
  }

  #disc(x: number, y: number, radius: number, colour: string): void {
    const context = this.#context;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, Math.max(0, radius), 0, TURN);
    context.fill();
  }
}

function rest({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }, timeUs: number): number {
  return Math.min(1, Math.max(0, (toUs - timeUs) / Math.max(1, toUs - fromUs)));
}

/** Something else is chosen. */
function isQuiet({ from, to, piece }: SwarmTransfer, chosen: Painted): boolean {
  if (chosen.piece >= 0) return piece !== chosen.piece;
  return chosen.peer >= 0 && from !== chosen.peer && to !== chosen.peer;
}
