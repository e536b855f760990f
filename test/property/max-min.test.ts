/** Local re-sharing always ends where a global progressive filling ends, and fulfils the max-min condition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Link } from '../../src/sim/link.ts';
import { LinkTable } from '../../src/sim/link-table.ts';
import { Flow, RateSharing } from '../../src/sim/max-min.ts';

class QuietFlow extends Flow {
  rateChanging(): void {}
  shared(): void {}
  queuedBytes(): number {
    return 0;
  }
}

/** The textbook algorithm over everything: raise all rates together, freeze what hits its cap or a full link. */
function referenceRates(flows: readonly Flow[]): Map<Flow, number> {
  const rates = new Map<Flow, number>();
  const left = new Map<Link, number>();
  for (const flow of flows) for (const link of flow.links) left.set(link, link.capacity);
  let rising = [...flows];
  while (rising.length > 0) {
    const users = new Map<Link, number>();
    for (const flow of rising) for (const link of flow.links) users.set(link, (users.get(link) ?? 0) + 1);
    const level = Math.min(
      ...rising.map((flow) => flow.cap),
      ...[...users].map(([link, count]) => Math.max(0, left.get(link) as number) / count),
    );
    const full = new Set(
      [...users]
        .filter(([link, count]) => (left.get(link) as number) / count <= level * (1 + 1e-12))
        .map(([link]) => link),
    );
    const frozen = rising.filter((flow) => flow.cap <= level || flow.links.some((link) => full.has(link)));
    for (const flow of frozen) {
      rates.set(flow, level);
      for (const link of flow.links) left.set(link, (left.get(link) as number) - level);
    }
    rising = rising.filter((flow) => !rates.has(flow));
  }
  return rates;
}

function expectMaxMin(flows: readonly Flow[]): void {
  for (const flow of flows) {
    if (flow.rate >= flow.cap * (1 - 1e-9)) continue;
    const held = flow.links.some((link) => {
      const load = link.flows.reduce((sum, other) => sum + other.rate, 0);
      const fastest = Math.max(...link.flows.map((other) => other.rate));
      return load >= link.capacity * (1 - 1e-9) && flow.rate >= fastest * (1 - 1e-9);
    });
    expect(held).toBe(true);
  }
}

const change = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      up: fc.nat(),
      down: fc.nat(),
      cap: fc.option(fc.integer({ min: 1, max: 2_000_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stop' as const), flow: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cap' as const),
      flow: fc.nat(),
      cap: fc.integer({ min: 1, max: 2_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('line' as const),
      link: fc.nat(),
      capacity: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000_000 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('share' as const) }) },
);

describe('max-min sharing', () => {
  it.each([
    ['lines of any rate', fc.integer({ min: 1, max: 4_000_000 })],
    ['lines of few rates, where ties are the rule', fc.constantFrom(125_000, 250_000, 2_000_000)],
  ])('equals the global solution after every batch of changes: %s', (_name, capacity) => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(capacity, capacity), { minLength: 2, maxLength: 12, size: 'max' }),
        fc.array(change, { minLength: 20, maxLength: 300, size: 'max' }),
        (lines, changes) => {
          const sharing = new RateSharing();
          const table = new LinkTable();
          const ups = lines.map(([up], index) => new Link(table, `${index} up`, up));
          const downs = lines.map(([, down], index) => new Link(table, `${index} down`, down));
          const links = [...ups, ...downs];
          const flows: Flow[] = [];
          for (const step of [...changes, { kind: 'share' as const }]) {
            const flow = 'flow' in step && flows.length > 0 ? flows[step.flow % flows.length] : undefined;
            if (step.kind === 'start') {
              const up = ups[step.up % ups.length] as Link;
              const down = downs[step.down % downs.length] as Link;
              const started = new QuietFlow(up, down, step.cap ?? Number.POSITIVE_INFINITY);
              flows.push(started);
              sharing.start(started);
            } else if (step.kind === 'stop' && flow !== undefined) {
              flows.splice(flows.indexOf(flow), 1);
              sharing.stop(flow);
            } else if (step.kind === 'cap' && flow !== undefined) sharing.setCap(flow, step.cap);
            else if (step.kind === 'line') {
              sharing.setCapacity(links[step.link % links.length] as Link, step.capacity, 0);
            } else if (step.kind === 'share') {
              sharing.share(0);
              for (const [key, rate] of referenceRates(flows)) {
                compared++;
                expect(Math.abs(key.rate - rate)).toBeLessThanOrEqual(rate * 1e-9 + 1e-9);
              }
              expectMaxMin(flows);
              for (const link of links) {
                const load = link.flows.reduce((sum, other) => sum + other.rate, 0);
                expect(load).toBeLessThanOrEqual(link.capacity * (1 + 1e-9));
                expect(Math.abs(link.load - load)).toBeLessThanOrEqual(load * 1e-9);
              }
            }
          }
        },
      ),
      { numRuns: 60, seed: 20_031 },
    );
    expect(compared).toBeGreaterThan(5_000);
  });

  it('solves only the neighbourhood of a change', () => {
    const sharing = new RateSharing();
    const table = new LinkTable();
    const ups = Array.from({ length: 100 }, (_, index) => new Link(table, `${index} up`, 125_000));
    const downs = Array.from({ length: 100 }, (_, index) => new Link(table, `${index} down`, 2_000_000));
    for (let host = 0; host < 100; host++) {
      for (let other = 1; other <= 5; other++) {
        const down = downs[(host + other * 7) % 100] as Link;
        sharing.start(new QuietFlow(ups[host] as Link, down, Number.POSITIVE_INFINITY));
      }
    }
    sharing.share(0);
    const before = sharing.solvedCount;
    const extra = new QuietFlow(ups[3] as Link, downs[50] as Link, Number.POSITIVE_INFINITY);
    sharing.start(extra);
    sharing.share(0);
    expect(extra.rate).toBeCloseTo(125_000 / 6, 6);
    expect(sharing.solvedCount - before).toBe(6);
  });
});
