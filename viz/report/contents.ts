/** The table of contents: parts and charts, beside a wide page and folded above a narrow one. */
import { element } from './elements.ts';
import { type ChartSection, REPORT_PARTS } from './section.ts';

/** @param hasHappenings whether there is a list of what happened */
export function renderContents(sections: readonly ChartSection[], hasHappenings: boolean): HTMLElement {
  const link = (id: string, text: string): HTMLElement => {
    const made = element('a', {}, [text]);
    made.href = `#${id}`;
    return made;
  };
  const parts = REPORT_PARTS.filter(({ id }) => id === 'answer' || sections.some(({ part }) => part === id));
  const items = parts.map(({ id, title }) =>
    element('li', {}, [
      link(`part-${id}`, title),
      ...(id === 'answer'
        ? hasHappenings
          ? [element('ul', {}, [element('li', {}, [link('title-happened', 'What happened')])])]
          : []
        : [
            element(
              'ul',
              {},
              sections
                .filter(({ part }) => part === id)
                .map((section) => element('li', {}, [link(section.id, section.title)])),
            ),
          ]),
    ]),
  );
  const list = element('details', { className: 'contents' }, [
    element('summary', {}, ['Contents']),
    element('ul', {}, items),
  ]);
  const nav = element('nav', {}, [list]);
  nav.setAttribute('aria-label', 'Contents');
  // Beside the page there is room for it, so that it need not be opened.
  const wide = window.matchMedia('(min-width: 1240px)');
  const unfold = (): void => {
    list.open = wide.matches;
  };
  wide.addEventListener('change', unfold);
  unfold();
  return nav;
}
