/** Rows of links: that they keep apart, what a message over two links costs them, and when it is refused. */
import { describe, expect, it } from 'vitest';
import { Flow } from '../../src/sim/flow.ts';
import { Link, type LinkMeter } from '../../src/sim/link.ts';
import { REFUSED } from '../../src/sim/link-fields.ts';
import { LinkTable } from '../../src/sim/link-table.ts';
import { RateSharing } from '../../src/sim/max-min.ts';

const LIMIT = 1_000;

function pair(upCapacity = 100_000, downCapacity = 50_000) {
  const table = new LinkTable();
  const up = new Link(table, 'up', upCapacity);
  const down = new Link(table, 'down', downCapacity);
  const pass = (bytes: number, nowUs: number) => table.passBoth(up.row, down.row, bytes, LIMIT, nowUs);
  return { table, up, down, pass };
}

function meterThat(admits: boolean, seen: number[]): LinkMeter {
  return { loadChanging() {}, passed: (bytes) => seen.push(bytes), admits: () => admits };
}

describe('a table of links', () => {
  it('keeps the rows of its links apart, also when it grows', () => {
    const table = new LinkTable();
    const links = Array.from({ length: 500 }, (_, index) => new Link(table, `${index}`, 1e6 + index));
    for (const link of links) link.charge(link.row + 1, 0);
    for (const [index, link] of links.entries()) {
      expect([link.row, link.name, table.links[index]]).toEqual([index, `${index}`, link]);
      expect([link.capacity, link.carriedBytes, link.debtBytes(0)]).toEqual([
        1e6 + index,
        index + 1,
        index + 1,
      ]);
      expect([link.load, table.standingBytes(index), table.flags(index)]).toEqual([0, 0, 0]);
    }
  });

  it('passes a message over both links, which both owe for until it is paid', () => {
    const { up, down, pass } = pair();
    expect(pass(500, 0)).toBe(5_000 + 10_000);
    expect([up.carriedBytes, down.carriedBytes]).toEqual([500, 500]);
    expect([up.debtBytes(2_500), down.debtBytes(2_500)]).toEqual([250, 375]);
    expect([up.waitUs(2_500), down.waitUs(2_500)]).toEqual([2_500, 7_500]);
    expect([up.debtBytes(8_000), down.debtBytes(8_000)]).toEqual([0, 100]);
  });

  it('refuses what would take one of the links beyond the limit, and charges neither', () => {
    const { up, down, pass } = pair();
    down.charge(LIMIT - 9, 0);
    expect(pass(9, 0)).toBeGreaterThan(0);
    expect(pass(1, 0)).toBe(REFUSED);
    expect([up.carriedBytes, down.carriedBytes]).toEqual([9, LIMIT]);
    expect(pass(1, 20)).toBeGreaterThan(0);
  });

  it('refuses everything on a dead line', () => {
    expect(pair(0).pass(0, 0)).toBe(REFUSED);
    expect(pair(1, 0).pass(0, 0)).toBe(REFUSED);
  });

  it('asks the meters, and tells them what has passed and fallen back', () => {
    const { table, up, down, pass } = pair();
    const seen: number[] = [];
    up.meter = meterThat(true, seen);
    expect(pass(7, 0)).toBeGreaterThan(0);
    table.fellBack(up.row, 3);
    table.fellBack(down.row, 5);
    expect(seen).toEqual([7, -3]);
    down.meter = meterThat(false, seen);
    expect(pass(7, 0)).toBe(REFUSED);
    down.meter = undefined;
    expect(pass(7, 0)).toBeGreaterThan(0);
  });

  it('counts what stands in the queue where a link holds flows back, up to its room', () => {
    const { table, up, down } = pair();
    let queued = 300;
    for (const link of [up, down]) link.setQueueBytes(1_000);
    const sharing = new RateSharing();
    const flow = new (class extends Flow {
      rateChanging(): void {}
      shared(): void {}
      queuedBytes(): number {
        return queued;
      }
    })(up, down, Number.POSITIVE_INFINITY);
    sharing.start(flow);
    sharing.share(0);
    expect(flow.bottleneck).toBe(down);
    expect([table.standingBytes(up.row), table.standingBytes(down.row)]).toEqual([0, 300]);
    expect(down.waitUs(0)).toBe(6_000);
    queued = 5_000;
    expect(table.standingBytes(down.row)).toBe(300);
    sharing.setCapacity(down, 40_000, 0);
    sharing.share(0);
    expect(table.standingBytes(down.row)).toBe(1_000);
    sharing.stop(flow);
    sharing.share(0);
    expect(table.standingBytes(down.row)).toBe(0);
  });
});
