/** Spans of time put together and taken away; lists that come out are in order and apart from each other. */
import type { Span } from '../sim/weekly-schedule.ts';

/** The same instants as spans in order, none of which touches another. */
export function joinedSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const last = joined.at(-1);
    if (last === undefined || span.fromUs > last.toUs) joined.push({ fromUs: span.fromUs, toUs: span.toUs });
    else if (span.toUs > last.toUs) joined[joined.length - 1] = { fromUs: last.fromUs, toUs: span.toUs };
  }
  return joined;
}

/** What is left of the time from 0 to `endUs` without the spans, which are in order and apart from each other. */
export function gapsBetween(spans: readonly Span[], endUs: number): Span[] {
  const gaps: Span[] = [];
  let atUs = 0;
  for (const { fromUs, toUs } of spans) {
    if (fromUs >= endUs) break;
    if (fromUs > atUs) gaps.push({ fromUs: atUs, toUs: fromUs });
    atUs = toUs;
  }
  if (atUs < endUs) gaps.push({ fromUs: atUs, toUs: endUs });
  return gaps;
}
