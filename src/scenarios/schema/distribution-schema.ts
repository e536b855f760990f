/** A length of time that is drawn for each peer, as a scenario file writes it: a text, or a map that names the shape. */
import { z } from 'zod';
import type { Distribution } from '../../sim/distributions.ts';
import * as field from '../fields.ts';
import type { Range } from '../units.ts';

/** In microseconds. */
export function durationDistribution() {
  return z.union([field.durationRange().transform(ofRange), ...shapes()]);
}

/** In microseconds; undefined for `forever`. */
export function durationDistributionOrForever() {
  return z.union([field.durationRangeOrForever().transform((range) => range && ofRange(range)), ...shapes()]);
}

function ofRange({ lowest, highest }: Range): Distribution {
  return lowest === highest ? { kind: 'constant', value: lowest } : { kind: 'uniform', lowest, highest };
}

function shapes() {
  return [exponential(), weibull(), logNormal(), pareto(), values(), quantiles()] as const;
}

function exponential() {
  return z
    .strictObject({ exponential: field.positiveDuration().describe('Exponential with this mean.') })
    .transform(({ exponential: mean }): Distribution => ({ kind: 'exponential', mean }));
}

function weibull() {
  return z
    .strictObject({
      weibull: z
        .strictObject({
          shape: exponent().describe('Below 1: many short and a few very long.'),
          scale: field.positiveDuration().describe('37 % are longer than this.'),
        })
        .describe('Weibull with this shape and scale.'),
    })
    .transform((map): Distribution => ({ kind: 'weibull', ...map.weibull }));
}

function logNormal() {
  return z
    .strictObject({
      'log-normal': z
        .strictObject({
          median: field.positiveDuration().describe('Half are longer than this.'),
          sigma: z.number().min(0).max(10).describe('Standard deviation of the natural logarithm.'),
        })
        .describe('A length whose logarithm is normal.'),
    })
    .transform((map): Distribution => ({ kind: 'log-normal', ...map['log-normal'] }));
}

function pareto() {
  return z
    .strictObject({
      pareto: z
        .strictObject({
          least: field.positiveDuration().describe('None is shorter.'),
          shape: exponent().describe('The lower, the heavier the tail; up to 1 there is no mean.'),
        })
        .describe('Pareto with this least value and shape.'),
    })
    .transform((map): Distribution => ({ kind: 'pareto', ...map.pareto }));
}

function values() {
  const weighted = z.strictObject({
    value: field.duration().describe('The length.'),
    weight: z.number().positive().max(1e6).default(1).describe('How often it is drawn, against the others.'),
  });
  const entry = z.union([field.duration().transform((value) => ({ value, weight: 1 })), weighted]);
  return z
    .strictObject({ values: z.array(entry).min(1).max(10_000).describe('One of these, by weight.') })
    .transform((map): Distribution => ({ kind: 'values', values: map.values }));
}

function quantiles() {
  const point = z.strictObject({
    share: field
      .share()
      .transform((perMillion) => perMillion / 1e6)
      .describe('The share of all lengths that are not longer.'),
    value: field.duration().describe('The length.'),
  });
  return z
    .strictObject({
      quantiles: z
        .array(point)
        .min(2)
        .max(10_000)
        .describe('Points of the distribution function from 0% to 100%, with straight lines in between.'),
    })
    .transform((map): Distribution => ({ kind: 'quantiles', points: map.quantiles }));
}

function exponent() {
  return z.number().min(0.1).max(100);
}
