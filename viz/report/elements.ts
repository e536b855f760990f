/** Elements of the page, made from text only: nothing that a run contains is ever read as markup. */

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  options: { readonly className?: string; readonly id?: string },
  children: readonly (Node | string)[],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (options.className !== undefined) made.className = options.className;
  if (options.id !== undefined) made.id = options.id;
  made.append(...children);
  return made;
}

/** A table in a box that scrolls sideways where the page is narrow. Columns from `numbersFrom` on are right-aligned. */
export function table(
  className: string,
  headings: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
  numbersFrom = Number.POSITIVE_INFINITY,
): HTMLElement {
  const heads = headings.map((text, index) => {
    const head = element('th', index >= numbersFrom ? { className: 'number' } : {}, [text]);
    head.scope = 'col';
    return head;
  });
  const lines = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell, index) => element('td', index >= numbersFrom ? { className: 'number' } : {}, [cell])),
    ),
  );
  const box = element('div', { className: 'scroll' }, [
    element('table', { className }, [
      element('thead', {}, [element('tr', {}, heads)]),
      element('tbody', {}, lines),
    ]),
  ]);
  // What scrolls has to be reachable by keys.
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', `Table: ${headings.filter((text) => text !== '').join(', ')}`);
  return box;
}
