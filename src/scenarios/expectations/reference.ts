/**
 * What may stand in an expectation, as a reference for people: metrics, aggregates and labels with what they mean. The
 * command line prints it, and the tables of docs/SCENARIOS.md are made of it.
 */
import { AGGREGATES } from './aggregates.ts';
import { LABEL_NAMES, LABELS } from './labels.ts';
import { METRIC_NAMES, METRICS, valuesInWords } from './metrics.ts';

export interface MetricEntry {
  readonly name: string;
  /** "a time a peer". */
  readonly values: string;
  readonly description: string;
  /** What holds where there is nothing to measure, or from when until when it has a value. */
  readonly empty: string;
  /** Whether a run can be stopped for it. */
  readonly live: boolean;
}

export const metricEntries: readonly MetricEntry[] = METRIC_NAMES.map((name) => {
  const { description, empty, live } = METRICS[name];
  return { name, values: valuesInWords(name), description, empty, live };
});

export const aggregateEntries: readonly { readonly name: string; readonly description: string }[] =
  Object.entries(AGGREGATES).map(([name, description]) => ({ name, description }));

export const labelEntries: readonly { readonly name: string; readonly description: string }[] =
  LABEL_NAMES.map((name) => ({ name, description: LABELS[name] }));

/** The tables of the documentation, by name, in Markdown. */
export function referenceTables(): Readonly<Record<string, string>> {
  return {
    metrics: table(
      ['metric', 'values', 'of what', 'where there is nothing, and when'],
      metricEntries.map(({ name, values, description, empty }) => [
        `\`${name}\``,
        values,
        description,
        empty,
      ]),
    ),
    aggregates: table(
      ['aggregate', 'gives'],
      aggregateEntries.map(({ name, description }) => [
        name.replaceAll(/[a-z]+[0-9.]*/g, (word) => (word === 'to' ? word : `\`${word}\``)),
        description,
      ]),
    ),
    labels: table(
      ['label', 'chooses by'],
      labelEntries.map(({ name, description }) => [`\`${name}\``, description]),
    ),
  };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
