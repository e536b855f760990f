/** The contract of pickers as tests; `waived` names the advice that one does not follow, each with the reason. */
import { describe, expect, it } from 'vitest';
import type { PiecePicker } from '../../src/core/strategies/picker.ts';
import { pickerClaims } from '../../src/scenarios/strategies/contract/picker-contract.ts';

export { pickView } from '../../src/scenarios/strategies/contract/plain-view.ts';

export function describePicker(
  name: string,
  create: () => PiecePicker,
  waived: Readonly<Record<string, string>> = {},
): void {
  describe(`the picker ${name}`, () => {
    it('is called what it is registered as', () => {
      expect(create().name).toBe(name);
    });

    for (const { says, advice, broken } of pickerClaims) {
      const reason = advice ? waived[says] : undefined;
      it(`${says}${reason === undefined ? '' : `: not this one, ${reason}`}`, () => {
        if (reason === undefined) expect(broken(create)).toBeUndefined();
        else expect(broken(create)).toBeDefined();
      });
    }
  });
}
