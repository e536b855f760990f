/** Values between two ends: their spacing, their units, what is refused. */
import { describe, expect, it } from 'vitest';
import { spacedValues } from '../../../src/scenarios/sweep/spaced-values.ts';

describe('values between two ends', () => {
  it.each([
    ['linear', '10..100', 4, [10, 40, 70, 100]],
    ['linear', '0..1', 3, [0, 1], 'not all different'],
    ['linear', '0.5..2.0', 4, [0.5, 1, 1.5, 2]],
    ['log', '1..1000', 4, [1, 10, 100, 1000]],
    ['log', '10..80', 4, [10, 20, 40, 80]],
    ['log', '1 Mbit/s..4 Mbit/s', 3, ['1 Mbit/s', '2 Mbit/s', '4 Mbit/s']],
    ['log', '1..4 Mbit/s', 3, ['1 Mbit/s', '2 Mbit/s', '4 Mbit/s']],
    ['linear', '10%..50%', 3, ['10%', '30%', '50%']],
    ['log', '64 KiB..256 KiB', 4, ['64 KiB', '104038 B', '165171 B', '256 KiB']],
    ['linear', '20ms..60ms', 3, ['20 ms', '40 ms', '60 ms']],
    ['linear', '1 us..2 us', 2, ['1 us', '2 us']],
  ] as const)('%s %s in %d', (spacing, text, steps, values, refusal?: string) => {
    const spaced = spacedValues(spacing, text, steps);
    if (refusal === undefined) expect(spaced).toEqual({ ok: true, value: values });
    else expect(spaced).toMatchObject({ complaint: { message: expect.stringContaining(refusal) } });
  });

  it.each([
    ['linear', '10', 'is no range'],
    ['linear', '1..2..3', 'is no range'],
    ['linear', 'ten..20', 'is no range'],
    ['linear', '1 s..2 ms', 'different units'],
    ['linear', '5..5', 'upside down or empty'],
    ['linear', '9..5', 'upside down or empty'],
    ['log', '0..5', 'no factor leads from 0'],
  ] as const)('%s %s is refused', (spacing, text, message) => {
    expect(spacedValues(spacing, text, 4)).toMatchObject({
      ok: false,
      complaint: { message: expect.stringContaining(message) },
    });
  });
});
