/**
 * The free playground: a swarm that can be set up, watched and meddled with. Whatever is done is an event of the scenario at
 * the instant that is shown; the text beside it is always the one that repeats what is seen.
 */
import { formatDuration } from '../charts/format.ts';
import { element } from '../report/elements.ts';
import { peerPanel, piecePanel } from '../swarm/swarm-panel.ts';
import type { SwarmChoice } from '../swarm/swarm-view.ts';
import { type Branch, Branches } from './branches.ts';
import { renderHistories } from './histories.ts';
import { type Deed, describeDeed } from './intervention.ts';
import { renderKnobs } from './knobs.ts';
import type { LiveRecord } from './live-record.ts';
import type { LiveFault } from './live-run.ts';
import type { Runs } from './runs.ts';
import { changeSetting, readSettings, type Setting } from './settings.ts';
import { Stage } from './stage.ts';
import { TakeAlong } from './take-along.ts';

const LANE = 0;
const NOTHING: SwarmChoice = { peer: -1, piece: -1 };
/** Histories whose runs are kept; the others are run again when somebody goes back to them. */
const RECORDS_MAX = 12;
/** A throttled line carries this share of its slower direction. */
const THROTTLE = 0.125;
/** Instants of interventions are rounded to this, so that they read well. */
const GRAIN_US = 1000;
/** Words follow a moving picture at this distance. */
const WORDS_EVERY_MS = 300;
const SPEED = 2_000_000;

export class Playground {
  readonly node: HTMLElement;
  readonly #runs: Runs;
  readonly #stage: Stage;
  readonly #branches = new Branches();
  readonly #records = new Map<number, LiveRecord>();
  readonly #fault = element('div', { className: 'fault', id: 'fault' }, []);
  readonly #status = element('p', { className: 'status', id: 'deed' }, []);
  readonly #side = {
    chosen: element('div', {}, []),
    words: element('div', { className: 'panel-words' }, []),
    knobs: element('div', {}, []),
    histories: element('div', {}, []),
  };
  readonly #takeAlong = new TakeAlong({
    onRun: (text) => this.#begin(text, 'edited text'),
    onSay: (text) => this.#say(text),
  });
  #choice: SwarmChoice = NOTHING;
  /** Ids of the peers of the current history; undefined until its run has begun: what is drawn is another one's by then. */
  #present: ReadonlySet<string> | undefined;
  #wordsMs = Number.NEGATIVE_INFINITY;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#stage = new Stage({
      onChoose: (_lane, choice) => this.#choose(choice),
      onFrame: () => this.#update(),
    });
    this.#fault.hidden = true;
    this.#fault.setAttribute('role', 'alert');
    this.#status.setAttribute('aria-live', 'polite');
    // It scrolls, so that it has to be reached with keys.
    this.#side.words.tabIndex = 0;
    this.#side.words.setAttribute('role', 'region');
    this.#side.words.setAttribute('aria-label', 'What was clicked');
    this.node = this.#build();
  }

  get isOpen(): boolean {
    return this.#branches.all.length > 0;
  }

  /** A swarm from its text. */
  open(text: string, name: string): void {
    this.#stage.prepare(['']);
    this.#stage.clock.setSpeed(SPEED);
    this.#choose(NOTHING);
    this.#carryOut(this.#branches.begin(text, name));
    this.#stage.clock.play();
  }

  /** Goes on where it was left. */
  resume(): void {
    this.layOut();
  }

  close(): void {
    this.#stage.clock.pause();
  }

  layOut(): void {
    this.#stage.layOut();
  }

  toggle(): void {
    const { clock } = this.#stage;
    if (clock.isPlaying) clock.pause();
    else clock.play();
  }

  #build(): HTMLElement {
    return element('section', { className: 'playground' }, [
      element('h1', {}, ['Playground']),
      element('p', { className: 'reading' }, [
        'Click a peer to do something to it. Go back in time and do something else: both histories stay.',
      ]),
      this.#fault,
      element('div', { className: 'ground' }, [
        element('div', { className: 'ground-main' }, [this.#stage.node, this.#status, this.#takeAlong.node]),
        element('div', { className: 'ground-side' }, [
          element('section', {}, [
            element('h2', {}, ['Do something']),
            element('div', { className: 'buttons' }, [
              button('Add a home', () => this.#add(false)),
              button('Add a free-rider', () => this.#add(true)),
            ]),
            this.#side.chosen,
            this.#side.words,
          ]),
          element('section', {}, [element('h2', {}, ['Histories']), this.#side.histories]),
          element('section', {}, [element('h2', {}, ['Set up a new swarm']), this.#side.knobs]),
        ]),
      ]),
    ]);
  }

  /** Shows a branch: its text, its knobs, its run. */
  #carryOut(branch: Branch, isSame = false): void {
    if (!isSame) this.#present = undefined;
    this.#complain(undefined);
    const text = this.#branches.textOf(branch);
    this.#takeAlong.show(text);
    this.#side.knobs.replaceChildren(
      renderKnobs(readSettings(branch.setUp), (setting, chosen) => this.#turn(setting, chosen)),
    );
    const kept = this.#records.get(branch.id);
    if (kept?.end !== undefined) {
      this.#runs.stop(LANE);
      this.#present = idsOf(kept);
      this.#stage.put(LANE, kept);
    } else this.#run(branch, text);
    this.#showHistories();
    this.#update(true);
  }

  #run(branch: Branch, text: string): void {
    const { id } = branch;
    this.#runs.start(LANE, text, {
      onBegun: (record) => {
        this.#present = idsOf(record);
        this.#keep(id, record);
        this.#stage.put(LANE, record);
      },
      onMore: (record) => {
        this.#stage.refresh();
        if (record.end === undefined) return;
        this.#showHistories();
        this.#update(true);
      },
      onFault: (fault) => {
        this.#complain(fault);
        this.#stage.clock.pause();
      },
    });
  }

  #keep(id: number, record: LiveRecord): void {
    this.#records.delete(id);
    this.#records.set(id, record);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= RECORDS_MAX) break;
      if (oldest !== this.#branches.current.id) this.#records.delete(oldest);
    }
  }

  #intervene(deed: Deed): void {
    const { peer } = { peer: undefined, ...deed };
    if (this.#present === undefined || (peer !== undefined && !this.#present.has(peer))) {
      this.#say(peer === undefined ? 'The swarm is not there yet.' : `${peer} is not in this swarm.`);
      return;
    }
    const { clock } = this.#stage;
    const atUs = Math.ceil(clock.timeUs / GRAIN_US) * GRAIN_US;
    const before = this.#branches.current;
    const branch = this.#branches.intervene(atUs, deed);
    if (branch === undefined) {
      this.#say('That is enough for one swarm: set up a new one.');
      return;
    }
    this.#records.delete(branch.id);
    const isFork = branch.id !== before.id;
    this.#say(`${formatDuration(atUs)}: ${describeDeed(deed)}${isFork ? ', in a new history' : ''}.`);
    this.#carryOut(branch, !isFork);
  }

  #add(freeRider: boolean): void {
    const record = this.#records.get(this.#branches.current.id) ?? this.#stage.shown(LANE)?.record;
    if (record === undefined) return;
    const { header } = record;
    // Like those who arrived with nothing and behave; like anybody, where there is none.
    const model =
      header.peers.find(({ have, behaviour }) => have === 'none' && behaviour === 'honest') ??
      header.peers[0];
    const like = header.groups[model?.group ?? 0] ?? '';
    this.#intervene({ kind: 'add', like, freeRider });
  }

  #turn(setting: Setting, chosen: number): void {
    const { setUp } = this.#branches.current;
    const what = setting.group === '' ? setting.kind : `${setting.group}: ${setting.kind}`;
    const name = `${what} ${setting.values[chosen] ?? ''}`;
    this.#begin(changeSetting(setUp, setting, chosen), name);
    document.getElementById(`knob-${setting.group}-${setting.kind}`)?.focus();
  }

  /** From the start, with another set-up. */
  #begin(text: string, name: string): void {
    const { clock } = this.#stage;
    this.#choose(NOTHING);
    clock.pause();
    clock.seek(0);
    this.#carryOut(this.#branches.begin(text, name));
    clock.play();
  }

  #goTo(branch: Branch): void {
    if (this.#branches.choose(branch.id) === undefined) return;
    this.#carryOut(branch);
  }

  #choose(choice: SwarmChoice): void {
    this.#choice = choice;
    this.#stage.choose(LANE, choice);
    this.#showChosen();
    this.#update(true);
  }

  /** What can be done to the peer that is chosen. */
  #showChosen(): void {
    const id = this.#stage.shown(LANE)?.record.header.peers[this.#choice.peer]?.id;
    if (id === undefined) {
      this.#side.chosen.replaceChildren();
      return;
    }
    const buttons = [
      button(`${id} leaves`, () => this.#intervene({ kind: 'remove', peer: id })),
      button('Cut it off', () => this.#intervene({ kind: 'cut-off', peer: id })),
      button('Slow it down', () => this.#throttle(id)),
      button('Mend it', () => this.#intervene({ kind: 'mend', peer: id })),
    ];
    this.#side.chosen.replaceChildren(element('div', { className: 'buttons' }, buttons));
  }

  #throttle(id: string): void {
    const peers = this.#stage.shown(LANE)?.record.header.peers ?? [];
    const peer = peers.find((each) => each.id === id);
    if (peer === undefined) return;
    const bytesPerSec = Math.max(
      1,
      Math.round(Math.min(peer.upBytesPerSec, peer.downBytesPerSec) * THROTTLE),
    );
    this.#intervene({ kind: 'throttle', peer: id, bytesPerSec });
  }

  #update(always = false): void {
    const shown = this.#stage.shown(LANE);
    if (shown === undefined || !this.isOpen) return;
    const { clock } = this.#stage;
    this.#branches.seen(clock.timeUs);
    const nowMs = performance.now();
    if (!always && clock.isPlaying && nowMs - this.#wordsMs < WORDS_EVERY_MS) return;
    this.#wordsMs = nowMs;
    const instant = shown.history.at(Math.min(clock.timeUs, shown.record.knownUs));
    const { peer, piece } = this.#choice;
    if (peer >= 0 && peer < shown.history.cast.peers.length) {
      this.#side.words.replaceChildren(...peerPanel(shown.history, instant, peer));
    } else if (piece >= 0 && piece < shown.history.cast.torrent.pieceCount) {
      this.#side.words.replaceChildren(...piecePanel(shown.history, instant, piece));
    } else this.#side.words.replaceChildren();
    this.#takeAlong.conclude(this.#records.get(this.#branches.current.id)?.end);
  }

  #showHistories(): void {
    this.#side.histories.replaceChildren(
      renderHistories(this.#branches, this.#records, (branch) => this.#goTo(branch)),
    );
  }

  #complain(fault: LiveFault | undefined): void {
    this.#fault.hidden = fault === undefined;
    this.#fault.textContent = fault?.message ?? '';
    this.#fault.dataset.blame = fault?.blame ?? '';
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}

function idsOf({ header }: LiveRecord): ReadonlySet<string> {
  return new Set(header.peers.map(({ id }) => id));
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', {}, [text]);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
