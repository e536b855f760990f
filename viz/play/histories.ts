/** The list of histories: each a line under the one that it parted from, with what became of it. */
import { formatDuration } from '../charts/format.ts';
import { element } from '../report/elements.ts';
import type { Branch, Branches } from './branches.ts';
import type { LiveRecord } from './live-record.ts';

export function renderHistories(
  branches: Branches,
  records: ReadonlyMap<number, LiveRecord>,
  onChoose: (branch: Branch) => void,
): HTMLElement {
  const items = inOrder(branches.all).map((branch) => {
    const depth = branches.depthOf(branch);
    const when = branch.parent === undefined ? '' : `from ${formatDuration(branch.fromUs)}: `;
    const made = element('button', {}, [
      `${when}${branch.name}`,
      element('small', {}, [outcomeOf(branch, records.get(branch.id))]),
    ]);
    made.type = 'button';
    made.dataset.branch = String(branch.id);
    made.style.marginLeft = `${Math.min(depth, 6) * 14}px`;
    made.style.width = `calc(100% - ${Math.min(depth, 6) * 14}px)`;
    if (branch.id === branches.current.id) made.setAttribute('aria-current', 'true');
    made.addEventListener('click', () => onChoose(branch));
    return element('li', {}, [made]);
  });
  return element('ul', { className: 'histories' }, items);
}

/** Each below the one that it parted from. */
function inOrder(all: readonly Branch[]): Branch[] {
  const known = new Set(all.map(({ id }) => id));
  const below = (parent: number | undefined): Branch[] =>
    all
      .filter((branch) =>
        parent === undefined
          ? branch.parent === undefined || !known.has(branch.parent)
          : branch.parent === parent,
      )
      .flatMap((branch) => [branch, ...below(branch.id)]);
  return below(undefined);
}

function outcomeOf({ interventions }: Branch, record: LiveRecord | undefined): string {
  const deeds = interventions.length > 1 ? `, ${interventions.length} interventions` : '';
  if (record === undefined) return `not in memory; a click runs it again${deeds}`;
  const homes = record.header.peers.filter(({ have }) => have === 'none').length;
  const { complete } = record.moments;
  if (record.end === undefined) return `running${deeds}`;
  const done = complete === homes ? `all ${homes} done` : `${complete} of ${homes} done`;
  return `${done} after ${formatDuration(record.lastUs)}${deeds}`;
}
