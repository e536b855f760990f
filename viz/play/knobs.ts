/** Sliders and menus for the settings of a scenario. */
import { element } from '../report/elements.ts';
import type { Setting, SettingKind } from './settings.ts';

const NAMES: Readonly<Record<SettingKind, string>> = {
  pieces: 'pieces',
  count: 'peers',
  up: 'upload',
  down: 'download',
  picker: 'next piece',
};

/** `onTurn` is told when a knob is let go. */
export function renderKnobs(
  settings: readonly Setting[],
  onTurn: (setting: Setting, chosen: number) => void,
): HTMLElement {
  const box = element('div', { className: 'knobs' }, []);
  let group = '';
  for (const setting of settings) {
    if (setting.group !== group) {
      group = setting.group;
      box.append(element('h3', {}, [group]));
    }
    const label = group === '' ? NAMES[setting.kind] : `${NAMES[setting.kind]} of ${group}`;
    const id = `knob-${setting.group}-${setting.kind}`;
    const name = element('label', {}, [NAMES[setting.kind]]);
    name.htmlFor = id;
    box.append(
      name,
      ...(setting.kind === 'picker' ? [menu(setting, id, onTurn)] : slider(setting, id, label, onTurn)),
    );
  }
  return box;
}

function slider(
  setting: Setting,
  id: string,
  label: string,
  onTurn: (setting: Setting, chosen: number) => void,
): HTMLElement[] {
  const input = element('input', { id }, []);
  input.type = 'range';
  input.min = '0';
  input.max = String(setting.values.length - 1);
  input.step = '1';
  input.value = String(setting.chosen);
  input.setAttribute('aria-label', label);
  const output = element('output', {}, []);
  output.htmlFor.add(id);
  const say = (): void => {
    const text = setting.values[Number(input.value)] ?? '';
    output.textContent = text;
    input.setAttribute('aria-valuetext', text);
  };
  input.addEventListener('input', say);
  input.addEventListener('change', () => onTurn(setting, Number(input.value)));
  say();
  return [input, output];
}

function menu(
  setting: Setting,
  id: string,
  onTurn: (setting: Setting, chosen: number) => void,
): HTMLSelectElement {
  const options = setting.values.map((text, index) => {
    const option = element('option', {}, [text]);
    option.value = String(index);
    option.selected = index === setting.chosen;
    return option;
  });
  const select = element('select', { id }, options);
  select.addEventListener('change', () => onTurn(setting, Number(select.value)));
  return select;
}
