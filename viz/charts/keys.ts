/** Legends: a patch of colour and a word for each thing in a picture. */

export interface LegendEntry {
  /** Any CSS background. */
  readonly colour: string;
  readonly text: string;
  /** The thing is drawn as a thin line. */
  readonly thin: boolean;
}

export function drawKeys(box: HTMLElement, entries: readonly LegendEntry[]): void {
  box.replaceChildren(
    ...entries.map(({ colour, text, thin }) => {
      const entry = document.createElement('span');
      const patch = document.createElement('i');
      if (thin) patch.className = 'thin';
      patch.style.background = colour;
      entry.append(patch, text);
      return entry;
    }),
  );
}
