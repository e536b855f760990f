/** The meaning of labels: which there are, and which values they may have in this scenario. */
import { nearest } from '../nearest.ts';
import type { LabelTest, Selection } from './formula.ts';
import { isLabel, isPeer, LABEL_NAMES, type Label, type Vocabulary, valuesOf } from './labels.ts';
import type { Named, Span, SyntaxLabel } from './syntax.ts';

/** Takes what is wrong. */
export interface Faults {
  complain(
    message: string,
    span: Span,
    details: { expected?: string | undefined; suggestion?: string | undefined },
  ): void;
}

/** More values than this are not listed in a message. */
const LISTED_MAX = 30;

/** The selection that the labels mean; what is wrong with them goes to `faults`. */
export function checkLabels(
  labels: readonly SyntaxLabel[],
  vocabulary: Vocabulary,
  faults: Faults,
): Selection {
  const selection: LabelTest[] = [];
  for (const { label, negated, values } of labels) {
    if (!isLabel(label.text)) {
      faults.complain(`unknown label "${label.text}"`, label, {
        expected: `one of ${LABEL_NAMES.join(', ')}`,
        suggestion: nearest(label.text, LABEL_NAMES),
      });
      continue;
    }
    if (selection.some((one) => one.label === label.text)) {
      faults.complain(`the label "${label.text}" stands twice`, label, {
        expected: `each label once: ${label.text}=one|other means either`,
      });
    }
    for (const value of values) checkValue(label.text, value, vocabulary, faults);
    selection.push({ label: label.text, negated, values: values.map(({ text }) => text) });
  }
  return selection;
}

function checkValue(label: Label, value: Named, vocabulary: Vocabulary, faults: Faults): void {
  if (label === 'peer') {
    if (isPeer(value.text, vocabulary)) return;
    const [first] = vocabulary.groups.keys();
    const group = /^(.*?)(?:-\d+)?$/.exec(value.text)?.[1] ?? '';
    const near = vocabulary.groups.has(group) ? group : nearest(group, vocabulary.groups.keys());
    const count = near === undefined ? undefined : vocabulary.groups.get(near);
    faults.complain(`unknown peer "${value.text}"`, value, {
      expected:
        count === undefined
          ? `a group and a number, such as ${first ?? 'crowd'}-1`
          : count === 1
            ? `${near}-1, the only peer of its group`
            : `one of ${near}-1 to ${near}-${count}`,
    });
    return;
  }
  const known = valuesOf(label, vocabulary);
  if (known === undefined || known.includes(value.text)) return;
  const listed = known.slice(0, LISTED_MAX).join(', ');
  const more = known.length > LISTED_MAX ? ` and ${known.length - LISTED_MAX} more` : '';
  faults.complain(`unknown ${label} "${value.text}"`, value, {
    expected: known.length === 0 ? `no ${label} at all: this scenario names none` : `one of ${listed}${more}`,
    suggestion: nearest(value.text, known),
  });
}
