/** The part of a scenario file that varies it: which values, how often, with which seeds. */
import { z } from 'zod';
import { MAX_FACTOR_VALUES, MAX_REPETITIONS } from '../sweep/sweep.ts';

const STEPS = 'How many values, the ends among them.';

export function sweep() {
  return z.strictObject({
    repetitions: z
      .int()
      .min(1)
      .max(MAX_REPETITIONS)
      .default(1)
      .describe('How often each cell is run, each time with another seed.'),
    seeds: z
      .enum(['paired', 'independent'])
      .default('paired')
      .describe(
        'Whether repetition n has the same seed in every cell, so that cells are compared like with like, or a seed of its own.',
      ),
    matrix: z
      .record(z.string(), factor())
      .describe('What varies: each path into this file with its values. Every combination is a cell.'),
    exclude: z
      .array(assignment())
      .max(1000)
      .default([])
      .describe('Cells to leave out: all that have these values.'),
    include: z
      .array(assignment())
      .max(1000)
      .default([])
      .describe('Cells besides those of the matrix; paths that are not named keep what the file says.'),
    measure: z
      .record(z.string(), z.string().min(1).max(1000))
      .default({})
      .describe('Further columns: each a name and an expression in the language of expectations.'),
    expect: z
      .array(sweepExpectation())
      .max(1000)
      .default([])
      .describe('What must hold of cells, over all their runs.'),
  });
}

function sweepExpectation() {
  return z.strictObject({
    name: z.string().min(1).max(200).describe('What is expected, in words.'),
    of: z.string().describe('The measure, or another plain number that is a column of runs.csv.'),
    where: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('The cells that it is about, by path: a value, or a list of them. All where absent.'),
    against: assignment()
      .optional()
      .describe('Divides by the same of the cell that has these values and is equal else, run by run.'),
    take: z
      .enum(['mean', 'median', 'each'])
      .default('mean')
      .describe('What must lie within: the mean or the median over the runs of a cell, or each run.'),
    'at-least': z.number().optional().describe('The least that is right.'),
    'at-most': z.number().optional().describe('The most that is right.'),
    because: z.string().max(1000).default('').describe('Why it should hold.'),
  });
}

function factor() {
  return z.union([
    z.array(z.unknown()).min(1).max(MAX_FACTOR_VALUES),
    z.strictObject({
      linear: range().describe('From and to, in equal steps: "10..100", "1 Mbit/s..4 Mbit/s".'),
      steps: steps(),
    }),
    z.strictObject({
      log: range().describe('From and to, each step by the same factor: "1..1000", "64 KiB..4 MiB".'),
      steps: steps(),
    }),
  ]);
}

function range() {
  return z.string();
}

function steps() {
  return z.int().min(2).max(MAX_FACTOR_VALUES).describe(STEPS);
}

function assignment() {
  return z.record(z.string(), z.unknown());
}
