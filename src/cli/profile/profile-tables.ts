/** A profile as tables for people: sorted, with totals, at most 80 columns wide. */
import { formatCount } from '../../scenarios/unit-text.ts';
import type { RunProfile } from './run-profile.ts';

interface Column {
  readonly title: string;
  readonly width: number;
}

const NAME_WIDTH = 28;
const WIDTH_MAX = 80;
/** Rows that took less than this share of the time stand together at the end. */
const SMALL_SHARE = 0.0005;
const FUNCTIONS_IN_TEXT = 20;

/** The three tables that a run prints. */
export function profileLines(profile: RunProfile): string[] {
  return [...eventLines(profile), '', ...messageLines(profile), '', ...areaLines(profile)];
}

/** What `profile.txt` holds: the same, and the hottest functions. */
export function profileText(heading: string, profile: RunProfile): string {
  return `${[heading, '', ...profileLines(profile), '', ...functionLines(profile)].join('\n')}\n`;
}

function eventLines({ events, blocks }: RunProfile): string[] {
  const columns: Column[] = [
    { title: 'number', width: 13 },
    { title: 'a block', width: 9 },
    { title: 'time', width: 9 },
    { title: 'share', width: 8 },
    { title: 'ns each', width: 11 },
  ];
  const total = {
    kind: 'all',
    count: events.reduce((sum, { count }) => sum + count, 0),
    ns: events.reduce((sum, { ns }) => sum + ns, 0),
  };
  const row = ({ kind, count, ns }: typeof total): string =>
    line(kind, columns, [
      formatCount(count),
      ratio(count, blocks),
      seconds(ns / 1e9),
      share(ns, total.ns),
      formatCount(Math.round(ns / Math.max(1, count))),
    ]);
  return [heading('Events, by what they are for', columns), ...events.map(row), row(total)];
}

function messageLines({ messages, blocks }: RunProfile): string[] {
  const columns: Column[] = [
    { title: 'sent', width: 13 },
    { title: 'a block', width: 9 },
    { title: 'received', width: 13 },
    { title: 'MiB sent', width: 12 },
  ];
  const row = (name: string, sent: number, received: number, bytes: number): string =>
    line(name, columns, [
      formatCount(sent),
      ratio(sent, blocks),
      formatCount(received),
      (bytes / 2 ** 20).toFixed(2),
    ]);
  const sum = (of: (message: RunProfile['messages'][number]) => number): number =>
    messages.reduce((all, message) => all + of(message), 0);
  return [
    heading('Messages, by their number', columns),
    ...messages.map(({ message, id, sent, received, sentBytes }) =>
      row(id === undefined ? message : `${String(id).padStart(2)} ${message}`, sent, received, sentBytes),
    ),
    row(
      'all',
      sum(({ sent }) => sent),
      sum(({ received }) => received),
      sum(({ sentBytes }) => sentBytes),
    ),
  ];
}

function areaLines({ areas, blocks }: RunProfile): string[] {
  const columns: Column[] = [
    { title: 'time', width: 13 },
    { title: 'share', width: 9 },
    { title: 'ns a block', width: 13 },
  ];
  const total = areas.reduce((sum, { us }) => sum + us, 0);
  const row = (name: string, us: number): string =>
    line(name, columns, [seconds(us / 1e6), share(us, total), perBlock(us, blocks)]);
  const large = areas.filter(({ us }) => us >= total * SMALL_SHARE);
  const rest = total - large.reduce((sum, { us }) => sum + us, 0);
  return [
    heading('Processor time, by part', columns),
    ...large.map(({ area, us }) => row(area, us)),
    ...(rest > 0 ? [row('what is left', rest)] : []),
    row('all', total),
  ];
}

function functionLines({ functions, areas }: RunProfile): string[] {
  const columns: Column[] = [
    { title: 'time', width: 9 },
    { title: 'share', width: 8 },
  ];
  const total = areas.reduce((sum, { us }) => sum + us, 0);
  return [
    heading('Functions with most time of their own', columns, WIDTH_MAX - 17),
    ...functions
      .slice(0, FUNCTIONS_IN_TEXT)
      .map(({ name, source, us }) =>
        line(`${name}  ${source}`, columns, [seconds(us / 1e6), share(us, total)], WIDTH_MAX - 17),
      ),
  ];
}

function heading(name: string, columns: readonly Column[], nameWidth = NAME_WIDTH): string {
  return line(
    name,
    columns,
    columns.map(({ title }) => title),
    nameWidth,
  );
}

function line(
  name: string,
  columns: readonly Column[],
  cells: readonly string[],
  nameWidth = NAME_WIDTH,
): string {
  const rest = cells.map((cell, index) => cell.padStart(columns[index]?.width ?? 0)).join('');
  return `${name.slice(0, nameWidth).padEnd(nameWidth)}${rest}`;
}

function seconds(value: number): string {
  return value >= 100
    ? `${value.toFixed(0)} s`
    : value >= 1
      ? `${value.toFixed(2)} s`
      : `${(value * 1000).toFixed(1)} ms`;
}

function share(part: number, all: number): string {
  return all === 0 ? '-' : `${((part / all) * 100).toFixed(1)} %`;
}

function ratio(count: number, blocks: number): string {
  return blocks === 0 ? '-' : (count / blocks).toFixed(3);
}

function perBlock(us: number, blocks: number): string {
  return blocks === 0 ? '-' : formatCount(Math.round((us * 1000) / blocks));
}
