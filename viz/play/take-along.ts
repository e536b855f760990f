/**
 * The text of what is seen, to be copied, saved, or changed and run; and beside it what it comes to: the digest that the
 * command line gives for the same text, and what became of its expectations.
 */
import { element } from '../report/elements.ts';
import type { RunEnd } from './live-record.ts';
import { SCENARIO_FILE } from './scenario-file.ts';

export interface TakeAlongHandler {
  onRun(text: string): void;
  /** Says a sentence to the user. */
  onSay(text: string): void;
}

const GOES_ON = 'the run goes on';

export class TakeAlong {
  readonly node: HTMLElement;
  readonly #handler: TakeAlongHandler;
  readonly #text = element('textarea', { id: 'yaml' }, []);
  readonly #facts = element('dl', {}, []);
  #shown = '';

  constructor(handler: TakeAlongHandler) {
    this.#handler = handler;
    const label = element('label', { className: 'note' }, [
      `The swarm as a scenario, with all that you did. Saved as ${SCENARIO_FILE}, it gives the same digest on the command line.`,
    ]);
    label.htmlFor = this.#text.id;
    this.#text.spellcheck = false;
    this.node = element('section', { className: 'yaml' }, [
      element('h2', {}, ['Take it along']),
      label,
      this.#text,
      element('div', { className: 'buttons' }, [
        button('Run this text', () => this.#handler.onRun(this.#text.value)),
        button('Copy', () => this.#copy()),
        button('Save as a file', () => this.#save()),
      ]),
      this.#facts,
    ]);
  }

  /** The text of a run that begins. */
  show(text: string): void {
    this.#text.value = text;
    this.conclude(undefined);
  }

  /** `end`: undefined while the run goes on. */
  conclude(end: RunEnd | undefined): void {
    const digest = end?.trace.digest ?? GOES_ON;
    if (digest === this.#shown) return;
    this.#shown = digest;
    const verdicts = (end?.verdicts ?? []).map(({ name, status }) => {
      const noData = status === 'no-data' ? ' (no data)' : '';
      return element('dd', {}, [`${status === 'held' ? '✓' : '✗'} ${name}${noData}`]);
    });
    this.#facts.replaceChildren(
      element('dt', {}, ['Command']),
      element('dd', {}, [element('code', {}, [`npx swarmlab run ${SCENARIO_FILE}`])]),
      element('dt', {}, ['Digest']),
      element('dd', {}, [element('code', { id: 'digest' }, [digest])]),
      ...verdicts.flatMap((verdict, index) => [element('dt', {}, [index === 0 ? 'Expected' : '']), verdict]),
    );
  }

  #copy(): void {
    const done = (): void => this.#handler.onSay('Copied.');
    // From disk the clipboard may be forbidden: then the text is marked, and the keyboard copies it.
    const failed = (): void => {
      this.#text.focus();
      this.#text.select();
      this.#handler.onSay('Press Ctrl+C to copy the marked text.');
    };
    if (navigator.clipboard === undefined) failed();
    else navigator.clipboard.writeText(this.#text.value).then(done, failed);
  }

  #save(): void {
    const link = document.createElement('a');
    link.href = `data:application/yaml;charset=utf-8,${encodeURIComponent(this.#text.value)}`;
    link.download = SCENARIO_FILE;
    link.click();
    this.#handler.onSay(`Saved as ${SCENARIO_FILE}.`);
  }
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', {}, [text]);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
