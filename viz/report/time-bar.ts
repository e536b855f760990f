/**
 * The bar at the foot of the page: one slider for the time of all charts, play and pause, the step to the next thing that
 * happens, and what is selected, with a way back to everything. All of it works with keys.
 */
import { formatDuration } from '../charts/format.ts';
import { element } from './elements.ts';
import { type Instant, listInstants, neighbour } from './instants.ts';
import type { ReportContext, Violation } from './section.ts';
import type { Selected } from './selection.ts';

/** Steps of the slider; an arrow key moves by one. */
const STEPS = 500;
const LARGE_STEP = 25;
/** Width of the slider's knob, in pixels. */
const KNOB = 16;
/** More events than this are a smear over the slider. */
const MARKS_MOST = 100;

export interface TimeBar {
  readonly node: HTMLElement;
}

/** @param violations where expectations failed: marked over the slider, as the scenario's events are */
export function createTimeBar(context: ReportContext, violations: readonly Violation[]): TimeBar {
  const { model, selection, clock } = context;
  const button = (className: string, label: string, press: () => void): HTMLButtonElement => {
    const made = element('button', { className }, []);
    made.type = 'button';
    made.setAttribute('aria-label', label);
    made.title = label;
    made.addEventListener('click', press);
    return made;
  };
  let instants: Instant[] | undefined;
  const happened = element('span', { className: 'happened-now' }, []);
  const step = (direction: 1 | -1): void => {
    clock.pause();
    instants ??= listInstants(model);
    const found = neighbour(instants, selection.selected.instantUs, direction);
    if (found === undefined) {
      context.announce(direction > 0 ? 'Nothing happens after this.' : 'Nothing happens before this.');
      return;
    }
    const { fromUs, toUs } = selection.view;
    const outside = found.timeUs < fromUs || found.timeUs > toUs;
    selection.set({
      instantUs: found.timeUs,
      ...(outside
        ? { range: found.timeUs > selection.whole.toUs ? { fromUs: 0, toUs: selection.endUs } : undefined }
        : {}),
    });
    happened.textContent = found.text;
    context.announce(`At ${formatDuration(found.timeUs)}: ${found.text}.`);
  };
  const play = button('play', 'Play', () => clock.toggle());
  const back = button('step', 'Back to what happened before', () => step(-1));
  back.append(icon('M3 3h2v10H3zM13 3v10L6 8z'));
  const next = button('step', 'On to what happens next', () => step(1));
  next.append(icon('M11 3h2v10h-2zM3 3v10l7-5z'));
  const slider = element('input', { id: 'time' }, []);
  slider.type = 'range';
  slider.min = '0';
  slider.max = String(STEPS);
  slider.step = 'any';
  slider.setAttribute('aria-label', 'Time in the run');
  const output = element('output', {}, []);
  output.htmlFor.add(slider.id);
  const chips = element('div', { className: 'chips' }, []);
  const groups = createGroupChoice(context);
  const marks = element('span', { className: 'marks' }, []);
  marks.setAttribute('aria-hidden', 'true');
  const track = element('span', { className: 'track' }, [marks, slider]);
  const row = element('div', { className: 'row' }, [back, play, next, track, output, ...groups]);
  const node = element('section', { className: 'time-bar', id: 'time-bar' }, [row, chips]);
  node.setAttribute('aria-label', 'Time and selection');

  slider.addEventListener('input', () => {
    clock.pause();
    const { fromUs, toUs } = selection.view;
    selection.set({ instantUs: fromUs + (Number(slider.value) / STEPS) * (toUs - fromUs) });
  });
  slider.addEventListener('keydown', (event) => {
    const { fromUs, toUs } = selection.view;
    const change = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -LARGE_STEP,
      PageUp: LARGE_STEP,
    }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    clock.pause();
    const instantUs = selection.selected.instantUs + (change * (toUs - fromUs)) / STEPS;
    selection.set({ instantUs: Math.min(toUs, Math.max(fromUs, instantUs)) });
  });
  node.addEventListener('keydown', (event) => {
    if (event.key === 'n' || event.key === 'p') step(event.key === 'n' ? 1 : -1);
  });

  const showTime = ({ instantUs }: Selected): void => {
    const { fromUs, toUs } = selection.view;
    const text = formatDuration(Math.round(instantUs));
    slider.value = String(((instantUs - fromUs) / (toUs - fromUs)) * STEPS);
    slider.setAttribute('aria-valuetext', text);
    output.textContent = text;
    happened.textContent = '';
  };
  const showPlay = (): void => {
    const label = clock.isPlaying ? 'Pause' : 'Play';
    play.textContent = label;
    play.setAttribute('aria-label', label);
    play.title = label;
  };
  const showChips = (selected: Selected): void => {
    chips.replaceChildren(...chipsOf(context, selected), happened);
  };
  selection.subscribe((selected, changed) => {
    showTime(selected);
    if (changed.has('range')) marks.replaceChildren(...marksOf(context, violations));
    if (changed.has('range') || changed.has('peers') || changed.has('piece')) showChips(selected);
  });
  clock.subscribe(showPlay);
  showTime(selection.selected);
  showPlay();
  showChips(selection.selected);
  marks.replaceChildren(...marksOf(context, violations));
  return { node };
}

/** Where, over the slider, an expectation failed and the scenario's events began. */
function marksOf({ model, selection }: ReportContext, violations: readonly Violation[]): HTMLElement[] {
  const { fromUs, toUs } = selection.view;
  const mark = (timeUs: number, className: string): HTMLElement[] => {
    const share = (timeUs - fromUs) / (toUs - fromUs);
    if (!(share >= 0 && share <= 1)) return [];
    const made = element('i', { className }, []);
    // The middle of the slider's knob does not reach its ends.
    made.style.left = `calc(${KNOB / 2}px + ${share} * (100% - ${KNOB}px))`;
    return [made];
  };
  const begun = new Set(model.happenings.events.map((event) => event.fromUs));
  return [
    ...[...begun].slice(0, MARKS_MOST).flatMap((timeUs) => mark(timeUs, 'event')),
    ...violations.flatMap(({ timeUs }) => (timeUs === undefined ? [] : mark(timeUs, 'bad'))),
  ];
}

/** Which peers charts show; nothing where there is only one group. */
function createGroupChoice({ model, selection }: ReportContext): HTMLElement[] {
  if (model.groups.length < 2) return [];
  const option = (value: string, text: string): HTMLOptionElement => {
    const made = element('option', {}, [text]);
    made.value = value;
    return made;
  };
  const one = option('one', 'one peer');
  const choice = element('select', {}, [
    option('all', 'all peers'),
    ...model.groups.map(({ name }, group) => option(String(group), name)),
  ]);
  choice.setAttribute('aria-label', 'Peers that charts show');
  choice.addEventListener('change', () => {
    const group = Number(choice.value);
    selection.set({ peers: choice.value === 'all' ? undefined : { kind: 'group', group } });
  });
  const show = ({ peers }: Selected): void => {
    if (peers?.kind === 'peer') choice.append(one);
    else one.remove();
    choice.value = peers === undefined ? 'all' : peers.kind === 'group' ? String(peers.group) : 'one';
  };
  selection.subscribe((selected, changed) => {
    if (changed.has('peers')) show(selected);
  });
  show(selection.selected);
  return [choice];
}

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 16 16',
    width: '16',
    height: '16',
    'aria-hidden': 'true',
  })) {
    svg.setAttribute(key, value);
  }
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** What is selected, each with a button that takes it back; and the whole run, where charts end before it does. */
function chipsOf({ model, selection }: ReportContext, { range, peers, piece }: Selected): HTMLElement[] {
  const chip = (text: string, label: string, change: Partial<Selected>): HTMLElement => {
    const made = element('button', { className: 'chip' }, [text]);
    made.type = 'button';
    made.setAttribute('aria-label', label);
    made.addEventListener('click', () => {
      selection.set(change);
      // The button is gone; whoever uses keys goes on from the slider.
      document.getElementById('time')?.focus();
    });
    return made;
  };
  const clear = (text: string, change: Partial<Selected>): HTMLElement =>
    chip(`${text} ✕`, `${text}: show all again`, change);
  const wholeRun = { fromUs: 0, toUs: selection.endUs };
  const isWholeRun = range?.fromUs === 0 && range.toUs === selection.endUs;
  return [
    ...(range === undefined
      ? []
      : [
          clear(
            isWholeRun
              ? 'the whole run'
              : `only ${formatDuration(Math.round(range.fromUs))} to ${formatDuration(Math.round(range.toUs))}`,
            { range: undefined },
          ),
        ]),
    ...(peers?.kind !== 'peer' ? [] : [clear(model.peers.id[peers.peer] ?? '', { peers: undefined })]),
    ...(piece === undefined ? [] : [clear(`piece ${piece}`, { piece: undefined })]),
    ...(model.shownUs < model.endUs && !isWholeRun
      ? [
          chip(
            `Show the whole run (${formatDuration(model.endUs)})`,
            `Show the whole run, ${formatDuration(model.endUs)}`,
            { range: wholeRun },
          ),
        ]
      : []),
  ];
}
