import { describe, expect, it } from 'vitest';
import { buildReportModel } from '../../viz/report/build-model.ts';
import type { ReportFacts, ReportModel } from '../../viz/report/model.ts';
import {
  readCompletion,
  readCopies,
  readGrid,
  readMap,
  readPopulation,
  readUse,
  readVerdict,
} from '../../viz/report/readings.ts';
import { reportInfo } from '../support/report-info.ts';
import { smallTrace } from '../trace/metrics/small-trace.ts';

const model = buildReportModel(smallTrace(), reportInfo());

function withFacts(changes: Partial<ReportFacts>): ReportModel {
  return { ...model, facts: { ...model.facts, ...changes } };
}

function withOutcomes(...outcomes: readonly ('held' | 'failed' | 'no data')[]): ReportModel {
  const verdicts = outcomes.map((outcome) => ({ name: '', expression: '', measured: '', outcome }));
  return { ...model, info: { ...model.info, verdicts } };
}

describe('readings', () => {
  it('say what this run showed', () => {
    expect(readGrid(model)).toContain('half of their most copies (1 of 2) at');
    expect(readGrid(model)).toContain(
      'side by side: the most and the least common piece were never more than 1 copy apart',
    );
    expect(readMap(model)).toBe(
      'Peers that arrived with the file gave 50 % of the 4 pieces delivered, each piece 1 times on average; the crowd gave itself the other 50 %.',
    );
    expect(readCompletion(model)).toBe(
      'Half of the downloaders were done at 2s, the last at 6s: 1.00 times the least possible.',
    );
    expect(readUse(model)).toContain('origin 50 %, crowd 40 %');
    expect(readUse(model)).toContain(
      'The swarm sent most at 0s: 800 bit/s, when its uplinks together had 1.2 kbit/s.',
    );
    expect(readPopulation(model)).toBe(
      'The crowd was largest at 0s, with 1 leecher. At the end 1 seed and 0 leechers were there.',
    );
  });

  it('tell pieces that spread one after another', () => {
    const { copies } = model;
    const uneven = {
      ...copies,
      min: copies.min.map(() => 1),
      max: copies.max.map((_, slice) => (slice > 99 ? 8 : 2)),
    };
    expect(readGrid({ ...model, copies: uneven })).toContain(
      'one after another: at 1.39s one piece had 8 copies while another had 1',
    );
  });

  it.each([
    [{ fewestCopies: null }, 'No peer that holds pieces was ever there.'],
    [{ fewestCopies: 0, fewestCopiesUs: 5e6 }, 'At 5s a piece had no copy left'],
    [{ fewestCopies: 1, twoCopiesFromUs: null }, 'never rose above 1 copy'],
    [{ fewestCopies: 1, twoCopiesFromUs: 3e6 }, 'From 3s on every piece had at least two copies'],
    [{ fewestCopies: 3, twoCopiesFromUs: 0 }, 'at least 3 copies throughout'],
  ])('tell scarcity apart: %o', (facts, text) => {
    expect(readCopies(withFacts(facts))).toContain(text);
  });

  it.each([
    [{ downloaders: 0 }, 'Nobody had anything to download.'],
    [{ completed: 0, lastCompletedUs: null }, 'None of 2 downloaders completed.'],
    [{ completed: 1 }, 'but 1 downloader of 2 did not complete.'],
    [{ completed: 1, halfCompletedUs: null }, '1 downloader of 2 did not complete.'],
    [{ boundUs: null }, 'the last at 6s.'],
  ])('tell completion apart: %o', (facts, text) => {
    expect(readCompletion(withFacts(facts))).toContain(text);
  });

  it('count verdicts, and take no data for a failure', () => {
    expect(readVerdict(withOutcomes())).toBe('Nothing was expected of this run');
    expect(readVerdict(withOutcomes('held'))).toBe('The expectation held');
    expect(readVerdict(withOutcomes('held', 'held'))).toBe('All 2 expectations held');
    expect(readVerdict(withOutcomes('held', 'no data', 'failed'))).toBe('2 of 3 expectations failed');
  });
});
