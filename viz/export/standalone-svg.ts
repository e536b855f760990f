/**
 * A chart of the page as one SVG that stands alone: drawings, canvases (as embedded images) and legends in their places, with
 * the styles that the page gives them written into each element. It needs no font, style or file from elsewhere.
 */

export interface PictureText {
  /** Above the chart. */
  readonly title: string;
  /** Below it, small: which run this is. */
  readonly origin: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const EDGE = 16;
const TITLE_HEIGHT = 34;
const ORIGIN_HEIGHT = 30;

/** What belongs to the page and not to the picture. */
const LEFT_OUT = '.capture, .pointer, .brush, .cursor';
/** Words of the page that are part of the picture. */
const WORDS = '[data-in-picture]';

/** By property: the value that an SVG viewer takes for granted. */
const STYLES: Readonly<Record<string, string>> = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'stroke-linejoin': 'miter',
  'stroke-linecap': 'butt',
  'paint-order': 'normal',
  opacity: '1',
};
const TEXT_STYLES = ['font-size', 'font-weight', 'text-anchor', 'dominant-baseline'];

export function composeSvg(host: HTMLElement, { title, origin }: PictureText): SVGSVGElement {
  const parts = [...host.querySelectorAll(`svg, canvas, .keys > span, ${WORDS}`)]
    .filter((part) => part.parentElement?.closest('svg') === null)
    .map((part) => ({ part, box: part.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
  const frame = host.getBoundingClientRect();
  // Where the page has controls or words beside them, the picture has nothing.
  const top = Math.min(...parts.map(({ box }) => box.top));
  const bottom = Math.max(top, ...parts.map(({ box }) => box.bottom));
  const width = frame.width + 2 * EDGE;
  const height = (parts.length === 0 ? 0 : bottom - top) + TITLE_HEIGHT + ORIGIN_HEIGHT + 2 * EDGE;
  const root = make('svg', {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'font-family': FONTS,
  }) as SVGSVGElement;
  const background = readVariable('--page');
  const name = make('title', {});
  name.textContent = title;
  root.append(name, make('rect', { width, height, fill: background }));
  root.append(text(title, EDGE, EDGE + 18, { size: 18, weight: '650', colour: readVariable('--ink') }));
  const place = (box: DOMRect): { x: number; y: number } => ({
    x: box.left - frame.left + EDGE,
    y: box.top - top + EDGE + TITLE_HEIGHT,
  });
  for (const { part, box } of parts) {
    const { x, y } = place(box);
    if (part instanceof HTMLCanvasElement) {
      const href = part.toDataURL('image/png');
      root.append(
        make('image', {
          x,
          y,
          width: box.width,
          height: box.height,
          href,
          style: 'image-rendering: pixelated',
        }),
      );
    } else if (part instanceof SVGSVGElement) {
      const copy = copyWithStyles(part);
      for (const [key, value] of Object.entries({ x, y, width: box.width, height: box.height })) {
        copy.setAttribute(key, String(value));
      }
      copy.setAttribute('overflow', 'visible');
      root.append(copy);
    } else if (part.matches('.keys > span')) root.append(...legendEntry(part, place));
    else root.append(wordsOf(part, x, y));
  }
  root.append(
    text(origin, EDGE, height - EDGE, { size: 12, weight: '400', colour: readVariable('--quiet') }),
  );
  return root;
}

/** With the declaration that makes it a file of its own. */
export function serialize(svg: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

function copyWithStyles(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [index, original] of originals.entries()) {
    const twin = copies[index] as Element;
    const style = getComputedStyle(original);
    if (original.matches(LEFT_OUT) || style.display === 'none' || style.visibility === 'hidden') {
      twin.setAttribute('data-left-out', '');
      continue;
    }
    for (const attribute of ['class', 'style', 'role', 'tabindex', 'aria-label', 'aria-hidden'])
      twin.removeAttribute(attribute);
    const isText = original instanceof SVGTextElement || original instanceof SVGTSpanElement;
    if (!isText && !(original instanceof SVGGeometryElement)) continue;
    for (const [property, initial] of Object.entries(STYLES)) {
      const value = style.getPropertyValue(property);
      // Browsers quote what a paint refers to, which not every viewer of SVG reads.
      if (value !== initial && value !== '')
        twin.setAttribute(property, value.replaceAll(/url\("(#[\w-]+)"\)/g, 'url($1)'));
      else twin.removeAttribute(property);
    }
    if (!isText) continue;
    for (const property of TEXT_STYLES) twin.setAttribute(property, style.getPropertyValue(property));
  }
  for (const gone of copy.querySelectorAll('[data-left-out]')) gone.remove();
  return copy;
}

/** The words of a legend's entry, and before them a patch of colour or a ramp; what is drawn there is copied anyway. */
function legendEntry(entry: Element, place: (box: DOMRect) => { x: number; y: number }): Element[] {
  const sign = entry.firstElementChild;
  if (sign === null) return [];
  return [...(sign.localName === 'i' ? patchOf(sign, place) : []), ...legendWords(entry, sign, place)];
}

function patchOf(patch: Element, place: (box: DOMRect) => { x: number; y: number }): Element[] {
  const box = patch.getBoundingClientRect();
  const { x, y } = place(box);
  const style = getComputedStyle(patch);
  const colours = style.backgroundImage.match(/rgba?\([^)]*\)/g) ?? [];
  const parts: Element[] = [];
  let fill = style.backgroundColor;
  if (colours.length > 1) {
    const id = `ramp-${Math.round(x)}-${Math.round(y)}`;
    const gradient = make('linearGradient', { id });
    for (const [index, colour] of colours.entries()) {
      gradient.append(make('stop', { offset: index / (colours.length - 1), 'stop-color': colour }));
    }
    parts.push(gradient);
    fill = `url(#${id})`;
  }
  parts.push(make('rect', { x, y, width: box.width, height: box.height, rx: 3, fill }));
  return parts;
}

function legendWords(
  entry: Element,
  sign: Element,
  place: (box: DOMRect) => { x: number; y: number },
): Element[] {
  const { fontSize, color } = getComputedStyle(entry);
  const size = Number.parseFloat(fontSize);
  const all = document.createRange();
  all.selectNodeContents(entry);
  all.setStartAfter(sign);
  const at = place(all.getBoundingClientRect());
  return [text(all.toString(), at.x, at.y + size, { size, weight: '400', colour: color })];
}

function wordsOf(part: Element, x: number, y: number): Element {
  const { fontSize, fontWeight, color } = getComputedStyle(part);
  const size = Number.parseFloat(fontSize);
  return text(part.textContent ?? '', x, y + size, { size, weight: fontWeight, colour: color });
}

function text(
  words: string,
  x: number,
  y: number,
  { size, weight, colour }: { readonly size: number; readonly weight: string; readonly colour: string },
): Element {
  const made = make('text', { x, y, 'font-size': size, 'font-weight': weight, fill: colour });
  made.textContent = words;
  return made;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): Element {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function readVariable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
