import { describe, expect, it } from 'vitest';
import { exportedPeers, exportLines, exportTables } from '../../../src/trace/export/export-lines.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';

const trace = syntheticTrace({ peers: 4, pieces: 20, staySec: 5 });

describe('exported tables', () => {
  it.each(exportTables().map(({ name }) => name))('%s has the same rows in both formats', (table) => {
    const [head = '', ...rows] = exportLines(trace, table, 'csv');
    const objects = [...exportLines(trace, table, 'ndjson')].map((line) => JSON.parse(line) as object);
    expect(objects.length).toBe(rows.length);
    for (const object of objects) expect(Object.keys(object)).toEqual(head.trimEnd().split(','));
    expect(head.startsWith('scenario,seed,')).toBe(true);
  });

  it('keep names with commas, quotes and line ends, and names that look like numbers', () => {
    const names = ['a, "b"', 'two\nlines', '7'];
    const renamed: Trace = {
      ...trace,
      header: {
        ...trace.header,
        peers: trace.header.peers.map((peer, index) => ({ ...peer, id: names[index] ?? peer.id })),
      },
    };
    for (const table of ['peers', 'transfers']) {
      const column = table === 'peers' ? 'peer' : 'downloader';
      const found = new Set(
        [...exportLines(renamed, table, 'ndjson')].map(
          (line) => (JSON.parse(line) as Record<string, unknown>)[column],
        ),
      );
      for (const name of names.slice(1)) expect(found).toContain(name);
    }
    expect([...exportLines(renamed, 'transfers', 'csv')].join('')).toContain(',"two\nlines",');
  });

  it('have the last blocks of a peer once, also where they are the first', () => {
    for (const blocks of [3, 150, 333]) {
      let nowUs = 0;
      const recorder = new TraceRecorder(trace.header, () => nowUs);
      for (; nowUs < blocks; nowUs++) recorder.observer(1).blockReceived(0, 0, 0, 100);
      const lines = [...exportLines(recorder.finish(blocks), 'arrivals', 'ndjson')].map(
        (line) => JSON.parse(line) as { block: number; time_us: number; of_blocks: number },
      );
      const expected = Array.from({ length: blocks }, (_, index) => index + 1).filter(
        (block) => block <= 100 || block > blocks - 100,
      );
      expect(lines.map(({ block }) => block)).toEqual(expected);
      for (const line of lines) expect([line.time_us, line.of_blocks]).toEqual([line.block - 1, blocks]);
    }
  });

  it('say of whom they are', () => {
    expect(exportedPeers(trace, 'transfers')).toBe(1);
    expect(exportedPeers({ ...trace, transfers: { ...trace.transfers, everyNth: 4 } }, 'transfers')).toBe(4);
    expect(exportedPeers(trace, 'peers')).toBe(1);
  });
});
