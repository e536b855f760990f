/**
 * A chapter on the page: the question first, then the swarm with a caption whenever it has its moment, then what was foretold
 * beside what came. Time stands still at each caption until somebody wants to go on.
 */
import { element } from '../report/elements.ts';
import { type Act, type Chapter, fillIn } from './chapter.ts';
import type { LiveRecord } from './live-record.ts';
import type { LiveFault } from './live-run.ts';
import type { Facts } from './moments.ts';
import type { Runs } from './runs.ts';
import { Stage } from './stage.ts';

export interface StoryHandler {
  /** Opens the swarm with this text in the playground. */
  onTry(text: string): void;
  /** To the next chapter, or to the playground after the last one. */
  onNext(): void;
  onFault(fault: LiveFault): void;
}

const LEGEND =
  'A ring is a computer, and its colours are the pieces that it has; the number is their share in per cent, and a star has them all. The row of colours shows how many copies each piece has. Thin arcs around a ring run out when it chooses anew whom it serves.';

interface Said {
  readonly atUs: number;
  readonly text: string;
}

export class Story {
  readonly node: HTMLElement;
  readonly #runs: Runs;
  readonly #handler: StoryHandler;
  readonly #stage: Stage;
  readonly #head = element('div', { className: 'story-head' }, []);
  readonly #caption = element('p', { className: 'caption' }, []);
  readonly #goOn = element('button', { className: 'go-on' }, ['Go on']);
  readonly #bar: HTMLElement;
  readonly #answer = element('div', { className: 'answer' }, []);
  #chapter: Chapter | undefined;
  #act = 0;
  #foretold = -1;
  #records: (LiveRecord | undefined)[] = [];
  #said: readonly Said[] = [];
  #shownText = '';
  #nextTitle = '';

  constructor(runs: Runs, handler: StoryHandler) {
    this.#runs = runs;
    this.#handler = handler;
    this.#stage = new Stage({ onFrame: () => this.#update() });
    this.#caption.setAttribute('aria-live', 'polite');
    this.#answer.setAttribute('aria-live', 'polite');
    this.#goOn.type = 'button';
    this.#goOn.addEventListener('click', () => this.toggle());
    this.#bar = element('div', { className: 'caption-bar' }, [this.#caption, this.#goOn]);
    this.node = element('section', { className: 'story' }, [
      this.#head,
      this.#bar,
      this.#answer,
      this.#stage.node,
      element('p', { className: 'note' }, [LEGEND]),
    ]);
  }

  /** `nextTitle`: what comes after this chapter. */
  open(chapter: Chapter, nextTitle: string): void {
    this.#chapter = chapter;
    this.#nextTitle = nextTitle;
    this.#openAct(0);
  }

  /** Nobody looks any more. */
  close(): void {
    this.#stage.clock.pause();
    for (const lane of [0, 1]) this.#runs.stop(lane);
  }

  layOut(): void {
    this.#stage.layOut();
  }

  /** The space bar, where nothing else takes it. */
  toggle(): void {
    if (this.#foretold < 0) return;
    const { clock } = this.#stage;
    if (clock.isPlaying) clock.pause();
    else clock.play();
  }

  get #current(): Act | undefined {
    return this.#chapter?.acts[this.#act];
  }

  #openAct(index: number): void {
    this.#act = index;
    const act = this.#current;
    if (act === undefined) return;
    this.#foretold = -1;
    this.#said = [];
    this.#records = act.swarms.map(() => undefined);
    this.#stage.prepare(act.swarms.map(({ label }) => label));
    this.#stage.clock.setSpeed(act.speed * 1_000_000);
    this.#answer.replaceChildren();
    this.node.dataset.state = 'asking';
    this.#ask(act);
    this.#say('');
    for (const lane of [0, 1]) {
      const swarm = act.swarms[lane];
      if (swarm === undefined) this.#runs.stop(lane);
      else this.#run(act, lane, swarm.text);
    }
  }

  #run(act: Act, lane: number, text: string): void {
    const handler = {
      onBegun: (record: LiveRecord) => {
        this.#records[lane] = record;
        this.#stage.put(lane, record);
      },
      onMore: () => {
        this.#stage.refresh();
        this.#collect(act);
      },
      onFault: (fault: LiveFault) => this.#handler.onFault(fault),
    };
    this.#runs.start(
      lane,
      text,
      handler,
      act.captions.map(({ when }) => when),
    );
  }

  #ask(act: Act): void {
    const choices = act.choices.map((text, index) => {
      const button = element('button', { className: 'choice' }, [text]);
      button.type = 'button';
      button.addEventListener('click', () => this.#foretell(index));
      return button;
    });
    const acts = this.#chapter?.acts.length ?? 1;
    const part = acts > 1 ? ` · ${this.#act + 1} of ${acts}` : '';
    const group = element('div', { className: 'choices-row' }, choices);
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', act.question);
    this.#head.replaceChildren(
      element('h1', {}, [`${this.#chapter?.title ?? ''}${part}`]),
      element('p', { className: 'setting' }, [act.setting]),
      element('p', { className: 'question' }, [act.question]),
      group,
    );
  }

  #foretell(index: number): void {
    const act = this.#current;
    if (act === undefined) return;
    this.#foretold = index;
    this.node.dataset.state = 'watching';
    for (const [each, button] of [...this.#head.querySelectorAll('button')].entries()) {
      button.setAttribute('aria-pressed', String(each === index));
    }
    this.#stage.clock.play();
    this.#goOn.focus({ preventScroll: true });
  }

  /** Captions whose moments have come, in the order in which they did. */
  #collect({ captions }: Act): void {
    const said: Said[] = [];
    for (const [index, { of, text }] of captions.entries()) {
      const record = this.#records[of];
      const facts: Facts | undefined = record?.moments.reached[index];
      if (record === undefined || facts === undefined) continue;
      said.push({ atUs: facts.atUs, text: fillIn(text, facts, record.header.torrent.pieceCount) });
    }
    said.sort((a, b) => a.atUs - b.atUs);
    // The slider ends where nothing happens any more; what is said of the end is said there.
    const { isComplete, endUs } = this.#stage.clock;
    this.#said = isComplete ? said.map((each) => ({ ...each, atUs: Math.min(each.atUs, endUs) })) : said;
    this.#stage.clock.setStops(this.#said.map(({ atUs }) => atUs));
  }

  #update(): void {
    const { clock } = this.#stage;
    const { timeUs } = clock;
    const latest = this.#said.findLast(({ atUs }) => atUs <= timeUs && timeUs > 0);
    const isWaiting = this.#foretold >= 0 && !clock.isPlaying && !clock.isAtEnd;
    this.#say(latest?.text ?? '');
    this.#goOn.hidden = this.#foretold < 0 || clock.isAtEnd;
    this.#goOn.textContent = isWaiting ? 'Go on' : 'Pause';
    if (this.#foretold >= 0 && clock.isAtEnd) this.#conclude();
  }

  #watchAgain(): void {
    this.#answer.replaceChildren();
    this.node.dataset.state = 'watching';
    this.#stage.clock.play();
    this.#goOn.focus({ preventScroll: true });
  }

  #say(text: string): void {
    if (text === this.#shownText) return;
    this.#shownText = text;
    this.#caption.textContent = text;
  }

  #conclude(): void {
    const act = this.#current;
    if (act === undefined || this.node.dataset.state === 'answered') return;
    this.node.dataset.state = 'answered';
    const isRight = this.#foretold === act.right;
    const verdict = isRight
      ? `You said it: ${act.choices[act.right]}.`
      : `You said: ${act.choices[this.#foretold]}. It was: ${act.choices[act.right]}.`;
    const isLast = this.#act + 1 === this.#chapter?.acts.length;
    const next = button(isLast ? `Next: ${this.#nextTitle}` : 'Go on', () =>
      isLast ? this.#handler.onNext() : this.#openAct(this.#act + 1),
    );
    next.className = 'primary';
    const swarms = act.swarms.map(({ label, text }) =>
      button(label === '' ? 'Try it yourself' : `Try it yourself: ${label}`, () => this.#handler.onTry(text)),
    );
    this.#answer.replaceChildren(
      element('p', { className: isRight ? 'verdict held' : 'verdict' }, [verdict]),
      element('p', { className: 'moral' }, [act.answer]),
      element('div', { className: 'buttons' }, [
        next,
        button('Watch again', () => this.#watchAgain()),
        ...swarms,
      ]),
    );
    next.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', {}, [text]);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
