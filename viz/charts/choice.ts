/** Radio buttons above a chart: which of its quantities it shows, what its colours mean, in which order its rows stand. */

/** The first is chosen; `onChoice` is told of every other choice. It stands in a row of `choiceRow`. */
export function createChoice<Value extends string>(
  title: string,
  name: string,
  choices: readonly (readonly [value: Value, text: string])[],
  onChoice: (value: Value) => void,
): HTMLElement {
  const field = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = title;
  field.append(legend);
  for (const [index, [value, text]] of choices.entries()) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = name;
    input.value = value;
    input.checked = index === 0;
    input.addEventListener('change', () => onChoice(value));
    label.append(input, text);
    field.append(label);
  }
  return field;
}

/** The row above a chart in which its choices stand. */
export function choiceRow(...choices: readonly HTMLElement[]): HTMLElement {
  const row = document.createElement('div');
  row.className = 'controls choices';
  row.append(...choices);
  return row;
}
