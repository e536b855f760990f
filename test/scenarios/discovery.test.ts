/** How peers find each other: from the file to the plan, what is refused, and that a run does as planned. */
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import { errorsOf, parse, small } from './support.ts';

const discovery = (text: string): string => small('peers:', `discovery: ${text}\npeers:`);
const planOf = (text: string) => expand(parse(discovery(text)), 1);

/** Place, message, suggestion and expectation, without the frames. */
function told(text: string): string[] {
  return errorsOf(text)
    .split('\n')
    .filter((line) => /^(test| {2}did you mean| {2}expected)/.test(line))
    .map((line) => line.trim());
}

describe('a plan', () => {
  it('has a tracker and no DHT where nothing is said', () => {
    const { tracker, dht } = expand(parse(small('name: small', 'name: small')), 1);
    expect(tracker.isOff).toBeUndefined();
    expect(dht).toBeUndefined();
  });

  it.each([
    ['{ dht: false }', undefined],
    ['{ dht: true }', { bootstrap: 'router' }],
    ['{ dht: { bootstrap: [crowd] } }', { bootstrap: [1, 2, 3] }],
    ['{ dht: { bootstrap: [crowd-2, seed] } }', { bootstrap: [0, 2] }],
  ])('of %s', (text, dht) => {
    expect(planOf(text).dht).toEqual(dht);
  });

  it('has no tracker where there is to be none', () => {
    expect(planOf('{ tracker: false, dht: true }').tracker.isOff).toBe(true);
  });
});

describe('refused', () => {
  it.each([
    [
      '{ tracker: false }',
      ['test.yaml:5:14: no peer can find another', 'expected a tracker, or "dht: true"'],
    ],
    ['{ dht: maybe }', ['test.yaml:5:19: "maybe" stands where true or false or a map should']],
    [
      '{ dht: { bootstrap: [crwd] } }',
      ['test.yaml:5:33: unknown group "crwd"', 'did you mean "crowd"?', 'expected one of seed, crowd'],
    ],
    [
      '{ dht: { bootstrap: [crowd-9] } }',
      ['test.yaml:5:33: there is no peer "crowd-9"', 'expected "crowd-1" to "crowd-3"'],
    ],
    [
      '{ dht: { boostrap: [crowd] } }',
      [
        'test.yaml:5:14: missing key "bootstrap"',
        'expected "bootstrap": groups or peers, such as "origin" or "crowd-3", whose nodes all others begin with',
        'test.yaml:5:21: unknown key "boostrap"',
        'did you mean "bootstrap"?',
        'expected one of bootstrap',
      ],
    ],
  ])('%s', (text, lines) => {
    expect(told(discovery(text))).toEqual(lines);
  });

  it('a dead tracker where there is none', () => {
    const text = discovery('{ tracker: false, dht: true }').replace(
      'expect:',
      'events:\n  - { at: 1m, tracker: { fault: down } }\nexpect:',
    );
    expect(told(text)[0]).toMatch(/there is no tracker to which this could happen$/);
  });
});
