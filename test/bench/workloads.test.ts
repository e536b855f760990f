/** What the workloads make of what tasks measure, with made-up measurements. */
import { expect, test } from 'vitest';
import { findTask } from '../../bench/tasks.ts';
import type { Measured } from '../../bench/workload.ts';
import { WORKLOADS } from '../../bench/workloads.ts';

const SWARM = { peers: 100, blocks: 6400, wallSeconds: 2, events: 32000, memoryBytes: 101 * 2048 };

function figure(name: string, measured: Readonly<Record<string, Measured>>): number | undefined {
  const found = WORKLOADS.flatMap(({ figures }) => figures).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no figure ${name}`);
  return found.of((task) => measured[task]);
}

test('every task that a workload needs is there', () => {
  const tasks = WORKLOADS.flatMap((each) => each.tasks);
  expect(tasks.filter((task) => findTask(task)?.name !== task)).toEqual([]);
  expect(['', '100', '100x', 'x64', '0x64', 'rawest', 'idle:10:busy'].filter(findTask)).toEqual([]);
});

test.each([
  ['swarm-100/cost', 20],
  ['swarm-100/blocks', 3200],
  ['swarm-100/events', 5],
  ['swarm-100/growth', 2],
  ['swarm-100/queue-share', 1.6],
])('%s', (name, value) => {
  expect(figure(name, { '100x256': SWARM, raw: { queue1e4PerSec: 1e6 } })).toBeCloseTo(value, 10);
});

test('a swarm of an older revision has figures all the same, without what it did not print', () => {
  expect(figure('swarm-100/cost', { '100x256': SWARM })).toBe(20);
  expect(figure('swarm-100/peak', { '100x256': SWARM })).toBeUndefined();
  expect(figure('swarm-100/queue-share', { '100x256': SWARM })).toBeUndefined();
});

test('a connection end costs what more of them cost, without the trace', () => {
  const world = (ends: number, liveBytes: number, traceBytes: number): Measured => ({
    ends,
    liveBytes,
    traceBytes,
  });
  const measured = { 'memory:1000:10': world(10, 5_000, 1_000), 'memory:1000:50': world(50, 50_000, 2_000) };
  expect(figure('memory/end', measured)).toBe((48_000 - 4_000) / 40);
});

test('decades are compared by their cost per unit', () => {
  const measured = { '100x64': SWARM, '1000x64': { ...SWARM, blocks: 64000, wallSeconds: 30 } };
  expect(figure('scaling/first-decade', measured)).toBe(1.5);
  expect(figure('scaling/second-decade', measured)).toBeUndefined();
});

test('a start is reading, expanding and building', () => {
  const parts = { readSeconds: 1, expandSeconds: 2, buildSeconds: 4 };
  expect(figure('start/total', { 'start:10000': parts })).toBe(7);
});
