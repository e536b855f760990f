/** Colours for canvases, read from the page's variables so that dark mode and print apply to them too. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** Groups beyond the last colour start again with the first. */
const GROUP_COLOURS = 8;

/** A group's colour as a reference for SVG and style. */
export function groupColour(group: number): string {
  return `var(--g${group % GROUP_COLOURS})`;
}

/** The current value of a colour variable such as "--page"; every one is written as #rrggbb. */
export function readColour(variable: string): Rgb {
  const text = getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
  return parseColour(text);
}

export function readGroupColour(group: number): Rgb {
  return readColour(`--g${group % GROUP_COLOURS}`);
}

/** "#rrggbb" or "rgb(r, g, b)"; black for anything else. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex !== null)
    return [16, 16, 16].map((radix, index) => Number.parseInt(hex[index + 1] ?? '0', radix)) as never;
  const rgb = /^rgb\((\d+), *(\d+), *(\d+)\)$/.exec(text);
  if (rgb !== null) return [Number(rgb[1]), Number(rgb[2]), Number(rgb[3])];
  return [0, 0, 0];
}

/** A share of `over` laid on `under`. */
export function blend(over: Rgb, under: Rgb, share: number): Rgb {
  const mix = (index: 0 | 1 | 2): number => Math.round(over[index] * share + under[index] * (1 - share));
  return [mix(0), mix(1), mix(2)];
}
