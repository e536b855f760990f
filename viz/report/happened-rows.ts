/** What happened, as rows of text in the order of time: the scenario's events, then absences, departures and lines. */
import { formatCount, formatDuration } from '../charts/format.ts';
import type { ReportEvent, ReportModel, ReportTally } from './model.ts';

export interface HappenedRow {
  /** The number by which pictures name an event of the scenario; undefined for what is no event of it. */
  readonly number: number | undefined;
  readonly when: string;
  readonly what: string;
  readonly who: string;
}

/** Times of one event that are written out one by one. */
const TIMES = 4;

export function happenedRows(model: ReportModel): HappenedRow[] {
  const { labels, events, tallies } = model.happenings;
  const rows = labels.map((label, place): HappenedRow & { firstUs: number } => {
    const own = events.filter((event) => event.label === place);
    return {
      number: place + 1,
      when: whenEvent(own),
      what: label,
      who: 'by the scenario',
      firstUs: own[0]?.fromUs ?? 0,
    };
  });
  for (const tally of tallies) {
    const what = whatTally(tally);
    // Those that an event of the scenario sends away are listed with it.
    if (what === undefined || labels.includes(tally.reason)) continue;
    const group = model.groups[tally.group];
    const all = group !== undefined && tally.peers === group.peers && tally.peers > 1;
    rows.push({
      number: undefined,
      when: whenTally(tally),
      what,
      who: all
        ? `all ${formatCount(tally.peers, 'peer')} of ${group.name}`
        : `${formatCount(tally.peers, 'peer')} of ${group?.name ?? ''}`,
      firstUs: tally.firstUs,
    });
  }
  return rows
    .sort((a, b) => a.firstUs - b.firstUs)
    .map(({ number, when, what, who }) => ({ number, when, what, who }));
}

/** Whether there is anything to tell beside peers that come, complete and leave as planned. */
export function isEventful({ happenings }: ReportModel): boolean {
  return happenings.events.length > 0 || happenings.tallies.some(({ what }) => what !== 'left');
}

function whenEvent(own: readonly ReportEvent[]): string {
  const times = own.slice(0, TIMES).map(({ fromUs, toUs, over }) => {
    if (toUs === fromUs) return formatDuration(fromUs);
    return `${formatDuration(fromUs)} to ${over ? formatDuration(toUs) : 'the end'}`;
  });
  const more = own.length - times.length;
  return `${times.join(', ')}${more > 0 ? ` and ${more} more times` : ''}`;
}

function whenTally({ times, firstUs, lastUs }: ReportTally): string {
  if (times === 1) return formatDuration(firstUs);
  const span =
    lastUs === firstUs ? formatDuration(firstUs) : `${formatDuration(firstUs)} to ${formatDuration(lastUs)}`;
  return `${span}, ${times} times`;
}

/** Undefined for changes of lines that an event of the scenario, listed anyway, has made. */
function whatTally({ what, reason }: ReportTally): string | undefined {
  if (what !== 'line') return what === reason ? what : `${what}: ${reason}`;
  if (reason === 'cap') return 'data cap used up';
  if (reason === 'cap renewed') return 'data cap renewed';
  return reason === 'schedule' ? 'line changed by its timetable' : undefined;
}
