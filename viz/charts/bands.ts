/**
 * The scenario's events over a chart of time: a shaded band for what lasts, a line for what happens at an instant, each
 * with its number in the list "What happened" and, where there is room, its name. They never hide what is measured.
 */
import type { ReportEvent, ReportModel } from '../report/model.ts';
import { formatDuration } from './format.ts';
import type { Frame, Scale } from './frame.ts';

const LANE = 17;
/** Of the font of charts, on average. */
const CHARACTER_WIDTH = 6.3;
const GAP = 10;

/** Room above a plot for the names of events; none where nothing happened. */
export function headroomFor(model: ReportModel): number {
  const { events } = model.happenings;
  if (events.length === 0) return 0;
  const overlap = events.some((event, place) => place > 0 && event.fromUs < (events[place - 1]?.toUs ?? 0));
  return 6 + LANE * (overlap ? 2 : 1);
}

/** Draws the events that begin within the time shown. `overImage`: the plot is full of colours, so only edges are drawn. */
export function drawBands(frame: Frame, x: Scale, model: ReportModel, overImage = false): void {
  const [startUs = 0, endUs = 1] = x.domain();
  const events = model.happenings.events.filter(({ fromUs, toUs }) => fromUs <= endUs && toUs >= startUs);
  if (events.length === 0) return;
  const layer = (overImage ? frame.root : frame.under).append('g').attr('class', 'bands');
  if (!overImage) {
    for (const { fromUs, toUs } of joined(events)) {
      const left = Math.max(0, x(fromUs));
      layer
        .append('rect')
        .attr('x', left)
        .attr('width', Math.max(1, Math.min(frame.width, x(Math.min(endUs, toUs))) - left))
        .attr('height', frame.height);
    }
  }
  for (const event of events) {
    const left = Math.max(0, x(event.fromUs));
    const right = Math.min(frame.width, x(Math.min(endUs, event.toUs)));
    const band = layer
      .append('g')
      .attr('data-mark', 'band-of-event')
      .attr('data-label', model.happenings.labels[event.label] ?? '')
      .attr('data-from-us', event.fromUs)
      .attr('data-to-us', event.toUs);
    const edge = (at: number): void => {
      band.append('line').attr('x1', at).attr('x2', at).attr('y1', -4).attr('y2', frame.height);
    };
    if (event.fromUs >= startUs) edge(left);
    if (event.toUs === event.fromUs) continue;
    if (event.over && event.toUs <= endUs) edge(right);
    const width = Math.max(1, right - left);
    band
      .append('rect')
      .attr('class', 'cap')
      .attr('x', left)
      .attr('y', -4)
      .attr('width', width)
      .attr('height', 4);
  }
  drawNames(frame, x, model, events);
}

/** The times at which anything lasts, apart from each other: where events overlap the shade is no darker. */
function joined(events: readonly ReportEvent[]): { fromUs: number; toUs: number }[] {
  const spans: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of events) {
    const last = spans[spans.length - 1];
    if (toUs === fromUs) continue;
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else spans.push({ fromUs, toUs });
  }
  return spans;
}

/** In one lane, or two where events overlap: the whole name, its beginning, or its number alone. */
function drawNames(frame: Frame, x: Scale, model: ReportModel, events: readonly ReportEvent[]): void {
  const lanes = frame.headroom > LANE + 6 ? 2 : 1;
  const taken = new Array<number>(lanes).fill(Number.NEGATIVE_INFINITY);
  for (const [place, event] of events.entries()) {
    const left = Math.max(0, x(event.fromUs));
    const lane = taken.findIndex((until) => until <= left);
    if (lane < 0) continue;
    const next = events[place + lanes];
    const room = (next === undefined ? frame.width : x(next.fromUs)) - left - GAP;
    const text = fitting(`${event.label + 1}`, model.happenings.labels[event.label] ?? '', room);
    const width = text.length * CHARACTER_WIDTH;
    const flip = left + width > frame.width && width < left - Math.max(0, taken[lane] ?? 0);
    frame.root
      .append('text')
      .attr('class', 'event-name')
      .attr('x', flip ? left + 4 : left)
      .attr('y', -9 - lane * LANE)
      .attr('text-anchor', flip ? 'end' : 'start')
      .text(text);
    taken[lane] = left + width + GAP;
  }
}

function fitting(number: string, name: string, room: number): string {
  const most = Math.floor(room / CHARACTER_WIDTH) - number.length - 1;
  if (most >= name.length) return `${number} ${name}`;
  return most < 9 ? number : `${number} ${name.slice(0, most - 1).trimEnd()}…`;
}

/** Lines for the panel at the pointer: what of the scenario lasts at an instant. */
export function eventsAt(model: ReportModel, timeUs: number): string[] {
  const { events, labels } = model.happenings;
  return events
    .filter(({ fromUs, toUs }) => fromUs <= timeUs && timeUs < toUs)
    .slice(0, 4)
    .map(
      ({ label, toUs, over }) =>
        `${label + 1} ${labels[label] ?? ''} (${over ? `until ${formatDuration(toUs)}` : 'to the end'})`,
    );
}
