import { expect, it } from 'vitest';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { describeRandom } from '../contract/random.ts';

// A fixed key, so that the statistics are the same in every run.
describeRandom('node', () => new NodeRandom(new Uint8Array(32).fill(7)));

it('two random streams of the machine differ', () => {
  const draws = [new NodeRandom(), new NodeRandom()].map((random) => [random.uint32(), random.uint32()]);
  expect(draws[0]).not.toEqual(draws[1]);
});

it('the hasher agrees with the vectors of FIPS 180', () => {
  const hex = (text: string): string =>
    Buffer.from(new NodeHasher().sha1(new TextEncoder().encode(text))).toString('hex');
  expect(hex('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(hex('')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
});
