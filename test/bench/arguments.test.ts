import { describe, expect, test } from 'vitest';
import { type BenchCommand, parseCommand } from '../../bench/arguments.ts';
import { WORKLOADS } from '../../bench/workloads.ts';

const parse = (...argv: string[]): BenchCommand | string => parseCommand(argv, WORKLOADS);

function chosen(...argv: string[]): string[] {
  const command = parse(...argv);
  if (typeof command === 'string' || command.kind !== 'run') throw new Error(`not a run: ${command}`);
  return command.workloads.map(({ name }) => name);
}

describe('what is run', () => {
  test('without a name: the short workloads, once, compared with nothing', () => {
    expect(chosen()).toEqual(WORKLOADS.filter(({ isShort }) => isShort).map(({ name }) => name));
    expect(parse()).toMatchObject({ kind: 'run', runs: 1, json: undefined, against: undefined });
  });

  test('the named ones, in that order, each once', () => {
    expect(chosen('sweep', 'swarm-100', 'sweep')).toEqual(['sweep', 'swarm-100']);
  });

  test('a swarm of any size', () => {
    expect(chosen('20x4', 'raw')).toEqual(['20x4', 'raw']);
  });

  test('transfers of a size that is named', () => {
    const tasksOf = (...argv: string[]) => {
      const command = parse(...argv);
      return typeof command !== 'string' && command.kind === 'run' ? command.workloads[0]?.tasks : undefined;
    };
    expect(tasksOf('loopback')).toEqual(['loopback:1024']);
    expect(tasksOf('loopback', '--size', '64')).toEqual(['loopback:64']);
  });

  test('with all options', () => {
    expect(parse('raw', '--runs', '5', '--against', 'HEAD~1', '--json', 'out.json')).toMatchObject({
      kind: 'run',
      runs: 5,
      against: 'HEAD~1',
      json: 'out.json',
    });
  });
});

test.each([
  [['--help'], { kind: 'help' }],
  [['-h'], { kind: 'help' }],
  [['--list'], { kind: 'list' }],
  [['--one', '100x64'], { kind: 'one', task: '100x64' }],
  [['--knows', 'start:10'], { kind: 'knows', task: 'start:10' }],
])('%j', (argv, command) => {
  expect(parse(...argv)).toEqual(command);
});

describe('mistakes', () => {
  test('an unknown name: the nearest one, and all there are', () => {
    const said = parse('swarm-100', 'memry');
    expect(said).toContain('there is no workload "memry"; did you mean "memory"?');
    for (const { name } of WORKLOADS) expect(said).toContain(name);
  });

  test.each(['0', '-1', '1.5', 'five', '100', ''])('--runs=%s', (runs) => {
    expect(parse(`--runs=${runs}`)).toBe(`--runs ${runs}: expected a number from 1 to 99`);
  });

  test.each(['0', '1.5', '8193', 'big'])('--size=%s', (size) => {
    expect(parse('loopback', `--size=${size}`)).toBe(
      `--size ${size}: expected a number of MiB from 1 to 8192`,
    );
  });

  test('a size of what has none', () => {
    expect(parse('raw', '--size', '64')).toMatch(/^--size goes with loopback/);
  });

  test('an option that there is not', () => {
    expect(parse('--rns', '3')).toMatch(/'--rns'.*\n.*--help/);
  });

  test('a swarm of nobody', () => {
    expect(parse('0x4')).toContain('there is no workload "0x4"');
  });
});
