/** The chain behind lost packets: its mean, its bursts, and how it forgets. Seeds are fixed; bounds are four deviations. */
import { describe, expect, it } from 'vitest';
import { LossChain, MEMORY_US } from '../../src/sim/loss-chain.ts';

const COUNT = 400_000;

/** Whether each of so many packets was lost. */
function losses(
  perMillion: number,
  burst: number,
  gapUs: number,
  count = COUNT,
  name = '7/home/up',
): boolean[] {
  const chain = new LossChain(name);
  return Array.from({ length: count }, (_, index) => chain.loses(perMillion, burst, index * gapUs));
}

function burstsOf(lost: readonly boolean[]): number[] {
  const bursts: number[] = [];
  let length = 0;
  for (const one of lost) {
    if (one) length++;
    else if (length > 0) {
      bursts.push(length);
      length = 0;
    }
  }
  return bursts;
}

const share = (lost: readonly boolean[]): number => lost.filter((one) => one).length / lost.length;

describe('a loss chain', () => {
  const lines = [1_000, 10_000, 50_000, 300_000].flatMap((perMillion) =>
    [1, 3, 10].map((burst) => [perMillion, burst] as const),
  );

  it.each(lines)('of %i in a million, %i in a row, loses as many, in such bursts', (perMillion, burst) => {
    const p = perMillion / 1e6;
    const mean = Math.max(burst, 1 / (1 - p));
    const leaves = 1 / mean;
    const memory = 1 - leaves - (leaves * p) / (1 - p);
    const lost = losses(perMillion, burst, 10);
    const deviation = Math.sqrt(((p * (1 - p)) / COUNT) * ((1 + memory) / (1 - memory)));
    expect(Math.abs(share(lost) - p)).toBeLessThan(4 * deviation);
    const bursts = burstsOf(lost);
    const meanBurst = bursts.reduce((sum, length) => sum + length, 0) / bursts.length;
    const burstDeviation = Math.sqrt((mean * (mean - 1)) / bursts.length);
    expect(Math.abs(meanBurst - mean)).toBeLessThan(4 * burstDeviation + 1e-9);
  });

  it('without bursts is a coin: a loss says nothing of the next packet', () => {
    const lost = losses(200_000, 1, 10);
    const after = lost.filter((_, index) => index > 0 && lost[index - 1] === true);
    expect(Math.abs(share(after) - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / after.length));
  });

  it('loses everything or almost everything when told to', () => {
    expect(share(losses(1_000_000, 1, 10, 1_000))).toBe(1);
    expect(share(losses(1_000_000, 50, 10, 1_000))).toBe(1);
    expect(share(losses(999_999, 1, 10, 10_000))).toBeGreaterThan(0.999);
  });

  it('forgets in a second of silence: bursts do not last from one announce to the next', () => {
    const lost = losses(100_000, 1_000, MEMORY_US);
    expect(Math.abs(share(lost) - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / COUNT));
    const after = lost.filter((_, index) => index > 0 && lost[index - 1] === true);
    expect(Math.abs(share(after) - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / after.length));
    const together = losses(100_000, 1_000, MEMORY_US - 1);
    const afterOne = together.filter((_, index) => index > 0 && together[index - 1] === true);
    expect(share(afterOne)).toBeGreaterThan(0.99);
  });

  it('follows a line whose loss changes', () => {
    const chain = new LossChain('7/home/up');
    const count = (perMillion: number, from: number): number => {
      let lost = 0;
      for (let index = 0; index < 10_000; index++) if (chain.loses(perMillion, 1, from + index)) lost++;
      return lost;
    };
    const [light, heavy, lightAgain] = [count(10_000, 0), count(500_000, 10_000), count(10_000, 20_000)];
    expect(light).toBeLessThan(150);
    expect(heavy).toBeGreaterThan(4_800);
    expect(lightAgain).toBeLessThan(150);
  });

  it('is drawn by name', () => {
    const pattern = losses(300_000, 2, 10, 200);
    expect(losses(300_000, 2, 10, 200)).toEqual(pattern);
    expect(losses(300_000, 2, 10, 200, '7/home/down')).not.toEqual(pattern);
    expect(losses(300_000, 2, 10, 200, '8/home/up')).not.toEqual(pattern);
  });
});
