/**
 * What an expectation means as a whole: it measures something, what changes over time is asked about with words of time,
 * and a run is stopped only for what is known while it goes on. Finds every fault, not just the first.
 */
import type { Complaint } from '../complaint.ts';
import { Checker } from './checker.ts';
import { allFormulasIn, type Condition, type Formula } from './formula.ts';
import type { Vocabulary } from './labels.ts';
import type { ExpectationSyntax, Syntax } from './syntax.ts';

export type CheckedExpectation =
  | { readonly ok: true; readonly value: Condition }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** @param abort whether the run is to be stopped for it, so that it has to be known while the run goes on */
export function checkExpectation(
  { temporal, condition }: ExpectationSyntax,
  vocabulary: Vocabulary,
  abort: boolean,
): CheckedExpectation {
  const checker = new Checker(vocabulary, abort);
  const checked = checker.condition(condition);
  if (checker.complaints.length === 0) {
    if (checked.overTime && temporal === undefined) {
      checker.complain('this changes over time', checker.changing ?? condition, {
        expected: '"always", "eventually", "during" or "at" before the expression',
      });
    }
    if (!checked.overTime && temporal !== undefined) {
      checker.complain(`nothing in this expression changes over time`, temporal, {
        expected: `a metric over time, such as piece.availability or peers.present, or no "${temporal.text}"`,
      });
    }
    if (abort && temporal?.kind !== 'always') {
      checker.complain('a run can only be stopped for what must always hold', temporal ?? condition, {
        expected: '"always" or "during" before the expression, or no "abort"',
      });
    }
    if (![...allFormulasIn(checked.condition)].some(isMeasured)) {
      checker.complain('nothing in this expression is measured', firstOperand(condition), {
        expected: 'a metric on at least one side',
      });
    }
  }
  if (checker.complaints.length > 0) return { ok: false, complaints: checker.complaints };
  return { ok: true, value: checked.condition };
}

/** Whether the value depends on how a run goes. */
function isMeasured(formula: Formula): boolean {
  if (formula.kind === 'run') return !formula.metric.startsWith('torrent.');
  return formula.kind === 'swarm' || formula.kind === 'average' || formula.kind === 'row';
}

function firstOperand(syntax: Syntax): Syntax {
  if (syntax.kind === 'logic' || syntax.kind === 'comparison') return firstOperand(syntax.left);
  return syntax.kind === 'not' ? firstOperand(syntax.of) : syntax;
}
