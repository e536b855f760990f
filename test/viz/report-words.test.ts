/** What a report says beside its pictures: instants to go to, where an expectation failed, tables as CSV, ticks of a span. */
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../src/scenarios/expectations/metrics.ts';
import { spanTicks } from '../../viz/charts/format.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { type ChartTable, csvOf } from '../../viz/report/chart-table.ts';
import { listInstants, neighbour } from '../../viz/report/instants.ts';
import { CHART_SECTIONS, sectionsOf } from '../../viz/report/registry.ts';
import { REPORT_PARTS } from '../../viz/report/section.ts';
import { findViolations, selectionOf } from '../../viz/report/violations.ts';
import { reportInfo } from '../support/report-info.ts';
import { eventfulTrace, PARTITION } from './eventful-trace.ts';

const model = buildReportModel(eventfulTrace(), reportInfo());

describe('instants to go to', () => {
  const instants = listInstants(model);

  it('are all that happened, in order, in words', () => {
    expect(instants.map(({ timeUs }) => timeUs)).toEqual(
      instants.map(({ timeUs }) => timeUs).toSorted((a, b) => a - b),
    );
    const text = instants.map((instant) => instant.text).join('\n');
    expect(text).toContain(`${PARTITION}: begins`);
    expect(text).toContain(`${PARTITION}: ends`);
    expect(text).toMatch(/home-1: .*away/);
    expect(text).toMatch(/\d peers: arrives|: arrives/);
    expect(text).toContain('has every piece');
  });

  it('are found after and before any time', () => {
    const times = instants.map(({ timeUs }) => timeUs);
    expect(neighbour(instants, -1, 1)?.timeUs).toBe(times[0]);
    expect(neighbour(instants, times[1] as number, 1)?.timeUs).toBe(times[2]);
    expect(neighbour(instants, (times[1] as number) + 0.2, -1)?.timeUs).toBe(times[0]);
    expect(neighbour(instants, times.at(-1) as number, 1)).toBeUndefined();
    expect(neighbour(instants, 0, -1)).toBeUndefined();
  });
});

describe('sections', () => {
  it('have ids and titles of their own, and metrics that exist', () => {
    const ids = CHART_SECTIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(CHART_SECTIONS.map(({ title }) => title)).size).toBe(ids.length);
    for (const { id, shows = [] } of CHART_SECTIONS) {
      expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      for (const metric of shows) expect(METRIC_NAMES).toContain(metric);
    }
  });

  it('leave no metric without a chart that a failure can lead to', () => {
    const verdicts = METRIC_NAMES.map(
      (name) => ({ name, expression: `max(${name}) < 1`, outcome: 'failed', measured: '' }) as const,
    );
    const failing = buildReportModel(eventfulTrace(), reportInfo({ verdicts }));
    const led = new Set(findViolations(failing, sectionsOf(failing)).map(({ name }) => name));
    // Numbers without a picture: sizes of the torrent, the length of the run, announces heard by the tracker.
    expect(METRIC_NAMES.filter((name) => !led.has(name) && !/^(?:torrent|run|tracker)\./.test(name))).toEqual(
      [],
    );
  });

  it('come part by part, with a reading, a definition, units and a table of even rows', () => {
    const sections = sectionsOf(model);
    const places = sections.map(({ part }) => REPORT_PARTS.findIndex(({ id }) => id === part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const section of sections) {
      expect(section.reading(model)).toMatch(/^[A-Z0-9].*[.:]$/s);
      expect(section.definition(model).length).toBeGreaterThan(40);
      expect(section.units.length).toBeGreaterThan(5);
      const table = section.table(model);
      const names = table.columns.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      for (const index of [0, table.count - 1].filter((place) => place >= 0 && place < table.count)) {
        expect(table.row(index)).toHaveLength(names.length);
      }
    }
  });
});

describe('violations', () => {
  const verdict = { name: 'it holds', outcome: 'failed', measured: '' } as const;
  const at = (verdicts: NonNullable<Parameters<typeof reportInfo>[0]>['verdicts'] & object) => {
    const failing = buildReportModel(eventfulTrace(), reportInfo({ verdicts }));
    return findViolations(failing, sectionsOf(failing));
  };

  it('lead to the first chart that shows what was measured, to the instant and the place', () => {
    const found = at([
      { ...verdict, outcome: 'held', expression: 'always min(piece.availability) >= 1' },
      {
        ...verdict,
        expression: 'always min(piece.availability) >= 1',
        atUs: 55e6,
        subject: { kind: 'piece', name: '1' },
      },
      { ...verdict, expression: 'max(peer.away_time) < 1s', subject: { kind: 'peer', name: 'home-1' } },
      { ...verdict, expression: 'run.duration < 1s' },
    ]);
    expect(found).toMatchObject([
      { verdict: 1, chart: 'copies', timeUs: 55e6, piece: 1, peer: undefined },
      { verdict: 2, chart: 'presence', timeUs: undefined, piece: undefined, peer: 1 },
    ]);
  });

  it('select their instant in a view that shows it', () => {
    const [violation] = at([{ ...verdict, expression: 'always min(piece.availability) >= 1', atUs: 55e6 }]);
    if (violation === undefined) throw new Error('none found');
    expect(selectionOf(violation, 60e6, 60e6)).toEqual({
      range: undefined,
      instantUs: 55e6,
      peers: undefined,
      piece: undefined,
    });
    expect(selectionOf(violation, 50e6, 60e6).range).toEqual({ fromUs: 0, toUs: 60e6 });
  });
});

it('writes tables as CSV that any program reads', () => {
  const chart: ChartTable = {
    columns: [
      { name: 'peer', title: 'Peer', unit: 'text' },
      { name: 'time_us', title: 'Time', unit: 'us' },
    ],
    count: 3,
    row: (index) => [
      ['plain', 'with, comma', 'with "quotes"\nand a line'][index] ?? '',
      index === 1 ? null : index,
    ],
  };
  expect(csvOf(chart)).toBe('peer,time_us\nplain,0\n"with, comma",\n"with ""quotes""\nand a line",2\n');
});

it.each([
  [0, 45e6, 6, ['0', '10s', '20s', '30s', '40s']],
  [30e6, 45e6, 5, ['30s', '35s', '40s', '45s']],
  [120e6, 180e6, 6, ['2m00', '2m10', '2m20', '2m30', '2m40', '2m50', '3m00']],
  [7200e6, 7202e6, 4, ['2h00m00.0', '2h00m00.5', '2h00m01.0', '2h00m01.5', '2h00m02.0']],
  [100_000e6, 180_000e6, 4, ['1d06h', '1d12h', '1d18h', '2d']],
  [0.5e6, 0.51e6, 5, ['0.5s', '0.502s', '0.504s', '0.506s', '0.508s', '0.51s']],
])('ticks from %d to %d µs', (fromUs, toUs, count, labels) => {
  const { ticksUs, format } = spanTicks(fromUs, toUs, count);
  expect(ticksUs.map(format)).toEqual(labels);
});
