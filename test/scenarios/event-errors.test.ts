/** What an author sees who got an event wrong. */
import { describe, expect, it } from 'vitest';
import { errorsOf, parse, SMALL, small } from './support.ts';

/** A run of ten minutes with one seed and a crowd of three. */
const withEvent = (event: string): string => small('expect:', `events:\n  - { ${event} }\nexpect:`);
const errors = (event: string): string => errorsOf(withEvent(event));

describe('an event', () => {
  it('shows the place of each fault', () => {
    expect(errors('at: 5m, crsh: { group: crwd, pick: 25 }')).toMatchInlineSnapshot(`
      "test.yaml:13:15: unknown key "crsh"
        12 | events:
      > 13 |   - { at: 5m, crsh: { group: crwd, pick: 25 } }
           |               ^^^^
        14 | expect:
        did you mean "crash"?
        expected one of at, every, times, partition, hold, latency, loss, line, crash, leave, disk, tracker, engine

      1 problem; nothing was run
      "
    `);
    expect(errors('at: 5m, crash: { group: crwd, pick: 25 }')).toMatchInlineSnapshot(`
      "test.yaml:13:31: unknown group "crwd"
        12 | events:
      > 13 |   - { at: 5m, crash: { group: crwd, pick: 25 } }
           |                               ^^^^
        14 | expect:
        did you mean "crowd"?
        expected one of seed, crowd

      1 problem; nothing was run
      "
    `);
  });

  it.each([
    ['at: 5m', 'test.yaml:13:5: nothing happens in this event'],
    ['crash: { group: crowd }', 'missing key "at"'],
    ['at: 5, crash: { group: crowd }', '"5" has no unit'],
    ['at: 5m, crash: { group: crowd }, leave: { group: crowd }', '13:40: "leave" does not go with "crash"'],
    ['at: 10m, crash: { group: crowd }', 'test.yaml:13:11: the run is over by then'],
    ['at: 5m, times: 3, crash: { group: crowd }', '"times" without "every"'],
    ['at: 5m, every: 1m, times: 6, crash: { group: crowd }', 'test.yaml:13:26: the run is over by then'],
    ['at: 5m, every: 0s, crash: { group: crowd }', '"0s" is zero'],
    ['at: 5m, every: 1us, crash: { group: crowd }', '300000000 events are too many'],
    ['at: 5m, crash: crowd', '"crowd" stands where a map should'],
  ])('%s', (event, message) => {
    expect(errors(event)).toContain(message);
  });

  it.each([
    ['at: 5m, every: 1m, times: 5, crash: { group: crowd }'],
    ['at: 599999999us, leave: { peer: crowd-3 }'],
    ['at: 0s, crash: { group: crowd, pick: 3 }'],
  ])('%s is right', (event) => {
    expect(parse(withEvent(event)).events).toHaveLength(1);
  });
});

describe('who is meant', () => {
  it.each([
    ['leave: {}', 'it is not said to whom'],
    ['leave: { pick: 3 }', 'it is not said to whom'],
    ['leave: { group: crowd, peer: crowd-1 }', '"peer" does not go with "group"'],
    ['leave: { group: crow }', 'did you mean "crowd"?'],
    ['leave: { groups: [crowd, sed] }', 'did you mean "seed"?'],
    ['leave: { groups: crowd }', '"crowd" stands where a list should'],
    ['leave: { peer: crowd-4 }', 'there is no peer "crowd-4"'],
    ['leave: { peer: crowd-0 }', 'unknown peer "crowd-0"'],
    ['leave: { peer: crowd }', 'unknown peer "crowd"'],
    ['leave: { group: tracker }', 'unknown group "tracker"'],
    ['leave: { group: crowd, pick: 4 }', '4 cannot be picked of 3'],
    ['leave: { groups: [crowd, seed], pick: 5 }', '5 cannot be picked of 4'],
    ['leave: { group: crowd, pick: 0 }', '0 is too little'],
    ['leave: { group: crowd, pick: 101% }', '"101%" is more than 100%'],
    ['leave: { peer: crowd-1, pick: 1 }', 'one peer leaves nothing to pick from'],
  ])('%s', (verb, message) => {
    expect(errors(`at: 5m, ${verb}`)).toContain(message);
  });
});

describe('sides', () => {
  it.each([
    ['partition: { for: 3s }', 'it is not said who is cut off'],
    ['partition: { groups: [seed] }', 'a list of 1 is too little'],
    ['partition: { groups: [seed, crowd, tracker] }', 'a list of 3 is too much'],
    ['partition: { groups: [seed, crwd] }', 'did you mean "crowd"?'],
    ['partition: { groups: [seed, []] }', 'a list of 0 is too little'],
    ['partition: { groups: [[seed, crowd], [tracker, crowd]] }', '13:62: "crowd" is on both sides'],
    ['partition: { groups: [crowd, [seed, crowd-2]] }', '"crowd-2" is on both sides'],
    ['partition: { groups: [[crowd-2, seed], crowd] }', '"crowd" is on both sides'],
    ['partition: { groups: [tracker, [seed, tracker]] }', '"tracker" is on both sides'],
    ['hold: { from: crowd }', 'missing key "to"'],
    ['hold: { to: crowd }', 'missing key "from"'],
    ['hold: { from: crowd, to: crowd-9 }', 'there is no peer "crowd-9"'],
    ['hold: { from: crowd, to: seed, group: crowd }', '"group" does not go with "from"'],
    ['hold: { group: crowd, pick: 9 }', '9 cannot be picked of 3'],
  ])('%s', (verb, message) => {
    expect(errors(`at: 5m, ${verb}`)).toContain(message);
  });
});

describe('verbs', () => {
  it.each([
    ['latency: { group: crowd }', 'missing key "add"'],
    ['loss: { group: crowd, share: 3 }', '"3" has no % sign'],
    ['loss: { group: crowd, share: 3%, burst: 0 }', '0 is too little'],
    ['line: { group: crowd }', 'the line stays as it is'],
    ['line: { group: crowd, up: none }', '"none" is not a rate'],
    ['disk: { group: crowd }', 'missing key "fault"'],
    ['disk: { group: crowd, fault: slow }', 'missing key "rate"'],
    ['disk: { group: crowd, fault: slwo, rate: 1 MB/s }', 'did you mean "slow"?'],
    ['disk: { group: crowd, fault: corrupting }', 'missing key "share"'],
    ['tracker: { fault: lie }', 'did you mean "lies"?'],
    ['tracker: { fault: down, group: crowd }', 'unknown key "group"'],
    ['engine: { group: crowd }', 'no setting is changed'],
    ['engine: { group: crowd, picker: rarest-frist }', 'did you mean "rarest-first"?'],
    ['engine: { group: crowd, upload-limt: none }', 'did you mean "upload-limit"?'],
  ])('%s', (verb, message) => {
    expect(errors(`at: 5m, ${verb}`)).toContain(message);
  });
});

describe('healing', () => {
  const healed = (event: string): string => withEvent(event).replace('until: 10m', 'until: 10m, heal: 8m');

  it.each([
    ['at: 8m, crash: { group: crowd }', '13:11: "crash" cannot begin when all is healed'],
    ['at: 9m, tracker: { fault: down }', '"tracker" cannot begin when all is healed'],
    ['at: 5m, every: 1m, times: 4, crash: { group: crowd }', '13:26: "crash" cannot begin'],
  ])('%s', (event, message) => {
    expect(errorsOf(healed(event))).toContain(message);
  });

  it('lets those happen later that are no faults', () => {
    expect(parse(healed('at: 9m, leave: { group: crowd }')).events).toHaveLength(1);
    expect(parse(healed('at: 9m, engine: { group: crowd, picker: random }')).events).toHaveLength(1);
    expect(parse(healed('at: 479999999us, crash: { group: crowd }')).time.healUs).toBe(480_000_000);
  });

  it('comes before the end', () => {
    expect(errorsOf(small('until: 10m', 'until: 10m, heal: 10m'))).toContain(
      'test.yaml:3:27: the run is over before it is healed',
    );
  });
});

describe('swarm', () => {
  it('is on, or off', () => {
    expect(parse(SMALL).swarm).toBe(true);
    expect(parse(`${SMALL}swarm: off\n`).swarm).toBe(false);
    expect(errorsOf(`${SMALL}swarm: no\n`)).toContain('"swarm" cannot be "no"');
  });
});
