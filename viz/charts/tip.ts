/** The one small panel that follows the pointer and names what is under it. */

export interface Tip {
  /** Shows a heading and lines beside the pointer. */
  show(event: PointerEvent, heading: string, lines: readonly string[]): void;
  hide(): void;
}

export function createTip(): Tip {
  const panel = document.createElement('div');
  panel.id = 'tip';
  panel.setAttribute('aria-hidden', 'true');
  document.body.append(panel);
  return {
    show(event, heading, lines) {
      const title = document.createElement('b');
      title.textContent = heading;
      panel.replaceChildren(title);
      for (const text of lines) {
        const line = document.createElement('span');
        line.textContent = text;
        panel.append(line);
      }
      panel.classList.add('shown');
      const { width, height } = panel.getBoundingClientRect();
      const right = event.clientX + 16 + width < window.innerWidth;
      const left = right ? event.clientX + 16 : Math.max(4, event.clientX - 16 - width);
      const top = Math.max(4, Math.min(event.clientY - height / 2, window.innerHeight - height - 4));
      panel.style.left = `${left}px`;
      panel.style.top = `${top}px`;
    },
    hide() {
      panel.classList.remove('shown');
    },
  };
}
