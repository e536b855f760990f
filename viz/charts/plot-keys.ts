/** A plot that can be reached and read with keys alone, also through a screen reader. */

/**
 * The element keeps its handler over drawings, so it is replaced, never added.
 *
 * @param onKey whether the key meant something here
 */
export function bindPlotKeys(
  host: HTMLElement,
  label: string,
  onKey: (event: KeyboardEvent) => boolean,
): void {
  host.tabIndex = 0;
  host.classList.add('focusable');
  host.setAttribute('role', 'application');
  host.setAttribute('aria-roledescription', 'chart');
  host.setAttribute('aria-label', label);
  host.onkeydown = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== host) return;
    if (onKey(event)) event.preventDefault();
  };
}
