/** The list "What happened": its numbers are those over the charts. */
import { element, table } from './elements.ts';
import { happenedRows, isEventful } from './happened-rows.ts';
import type { ReportModel } from './model.ts';
import { readHappened } from './readings.ts';

/** Undefined where nothing happened that the charts do not tell anyway. */
export function renderHappened(model: ReportModel): HTMLElement | undefined {
  if (!isEventful(model)) return undefined;
  const rows = happenedRows(model).map(({ number, when, what, who }) => [
    when,
    number === undefined
      ? what
      : element('span', {}, [element('span', { className: 'badge' }, [String(number)]), what]),
    who,
  ]);
  const title = element('h2', { id: 'title-happened' }, ['What happened']);
  const section = element('section', { className: 'happened' }, [
    title,
    element('p', {}, [readHappened(model)]),
    table('happenings', ['When', 'What', 'Who'], rows),
  ]);
  section.setAttribute('aria-labelledby', title.id);
  return section;
}
