/** The contract of chokers as tests; `waived` names the advice that one does not follow, each with the reason. */
import { describe, expect, it } from 'vitest';
import type { Choker } from '../../src/core/strategies/choker.ts';
import { chokerClaims } from '../../src/scenarios/strategies/contract/choker-contract.ts';

export {
  type BenchPeer,
  ChokerBench,
  ROUND_US,
} from '../../src/scenarios/strategies/contract/choker-bench.ts';

export function describeChoker(
  name: string,
  create: () => Choker,
  waived: Readonly<Record<string, string>> = {},
): void {
  describe(`the choker ${name}`, () => {
    it('is called what it is registered as', () => {
      expect(create().name).toBe(name);
    });

    for (const { says, advice, broken } of chokerClaims) {
      const reason = advice ? waived[says] : undefined;
      it(`${says}${reason === undefined ? '' : `: not this one, ${reason}`}`, () => {
        if (reason === undefined) expect(broken(create)).toBeUndefined();
        else expect(broken(create)).toBeDefined();
      });
    }
  });
}
