/** What the marks of the picture mean, drawn with the same shapes beside words. */
import { formatRate } from '../charts/format.ts';
import { pieceColour } from './piece-colours.ts';
import type { SwarmPainter } from './swarm-painter.ts';

const SVG = 'http://www.w3.org/2000/svg';

type Shape = readonly [name: string, attributes: Readonly<Record<string, string>>];

const RING: Shape = [
  'circle',
  { cx: '9', cy: '9', r: '6.5', fill: 'none', stroke: 'var(--empty)', 'stroke-width': '3.5' },
];
const STAR = 'M9 4.6 10 7.6 13.2 7.6 10.6 9.5 11.6 12.6 9 10.7 6.4 12.6 7.4 9.5 4.8 7.6 8 7.6Z';

export function drawLegend(box: HTMLElement, painter: SwarmPainter): void {
  const [fewest, most] = painter.piecesPerSegment;
  const folded =
    most === 1
      ? []
      : [
          entry(
            [RING, ['path', { d: 'M9 4.2 A4.8 4.8 0 0 1 13.8 9', ...line('var(--g1)', '2') }]],
            `a segment stands for ${fewest === most ? most : `${fewest} to ${most}`} neighbouring pieces, filled as far as they are held`,
          ),
        ];
  box.replaceChildren(
    entry(
      [
        ['circle', { cx: '9', cy: '9', r: '8', fill: 'var(--s-complete)' }],
        ['path', { d: STAR, fill: 'var(--page)' }],
      ],
      'seed: has every piece',
    ),
    entry(
      [RING, ['path', { d: 'M9 2.5 A6.5 6.5 0 0 1 12 14.7', ...line('var(--g1)', '3.5') }]],
      'leecher, with its share in %',
    ),
    entry(
      [
        ['circle', { cx: '9', cy: '9', r: '6', ...line('var(--bad)', '2') }],
        ['path', { d: 'M5 13 13 5', ...line('var(--bad)', '2') }],
      ],
      'wants something, choked by all',
    ),
    entry(
      [
        [
          'circle',
          { cx: '9', cy: '9', r: '6.5', fill: 'none', stroke: 'var(--s-away)', 'stroke-width': '3.5' },
        ],
      ],
      'grey: off, gone or capped',
    ),
    entry(
      [['rect', { x: '0', y: '5', width: '18', height: '8', fill: 'url(#swarm-hues)' }]],
      'a piece: its hue, and its place clockwise from the top',
      true,
    ),
    entry(
      [['path', { d: 'M6 2 12 2 9 10Z', fill: 'var(--ink)' }]],
      'a piece that is rare: three copies or fewer',
    ),
    entry(
      [['path', { d: 'M9 2 A7 7 0 1 1 3 5.4', ...line('var(--quiet)', '2') }]],
      'until the next choke round (10 s)',
    ),
    entry(
      [['path', { d: 'M9 2 A7 7 0 1 1 3 5.4', ...line('var(--s-capped)', '2') }]],
      'until the next optimistic draw (30 s)',
    ),
    entry(
      [
        ['circle', { cx: '3', cy: '9', r: '2.4', fill: 'var(--g1)' }],
        ['circle', { cx: '13', cy: '9', r: '2.4', fill: 'var(--g1)' }],
      ],
      `blocks on their way: dots move with the real rate, at ${formatRate(painter.dots.ordinaryBytesPerSec)} ${Math.round(painter.dots.paceOf(painter.dots.ordinaryBytesPerSec))} px a second`,
    ),
    ...folded,
  );
}

function line(colour: string, width: string): Record<string, string> {
  return { fill: 'none', stroke: colour, 'stroke-width': width };
}

function entry(shapes: readonly Shape[], text: string, hues = false): HTMLElement {
  const box = document.createElement('span');
  const picture = document.createElementNS(SVG, 'svg');
  for (const [name, value] of [
    ['viewBox', '0 0 18 18'],
    ['width', '18'],
    ['height', '18'],
    ['aria-hidden', 'true'],
  ] as const)
    picture.setAttribute(name, value);
  if (hues) picture.append(hueRamp());
  for (const [name, attributes] of shapes) {
    const shape = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    picture.append(shape);
  }
  const words = document.createElement('span');
  words.textContent = text;
  // Goes along where the picture is saved.
  words.dataset.inPicture = '';
  box.append(picture, words);
  return box;
}

function hueRamp(): SVGElement {
  const ramp = document.createElementNS(SVG, 'linearGradient');
  ramp.id = 'swarm-hues';
  for (let stop = 0; stop <= 8; stop++) {
    const node = document.createElementNS(SVG, 'stop');
    node.setAttribute('offset', String(stop / 8));
    node.setAttribute('stop-color', pieceColour(stop, 8));
    ramp.append(node);
  }
  return ramp;
}
