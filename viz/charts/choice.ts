/** Radio buttons above a chart: which of its quantities it shows. */

/** `value` is the one that is chosen at first; `onChoice` is told of every other. */
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
  const box = document.createElement('div');
  box.className = 'controls choices';
  box.append(field);
  return box;
}
