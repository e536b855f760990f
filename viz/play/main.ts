/** The live page: the chapters of the story, each at an address of its own, and the playground. */
import { element } from '../report/elements.ts';
import { CHAPTERS } from './chapters/chapters.ts';
import { EVERYONE_FINISHES, homesText } from './chapters/homes.ts';
import { WORKER_ELEMENT } from './html.ts';
import { OWN_ELEMENT, readOwnScenario } from './own-scenario.ts';
import { Playground } from './playground.ts';
import { Runs } from './runs.ts';
import { Story } from './story.ts';

const PLAYGROUND = 'playground';

function start(): void {
  const root = document.getElementById('play');
  const program = document.getElementById(WORKER_ELEMENT)?.textContent ?? '';
  if (root === null) return;
  const runs = new Runs(program);
  const playground = new Playground(runs);
  const story = new Story(runs, {
    onTry: (text) => {
      story.close();
      location.hash = PLAYGROUND;
      show();
      playground.open(text, nameOf(text));
    },
    onNext: () => {
      location.hash = followingOf(shown)?.id ?? PLAYGROUND;
    },
    onFault: (fault) => {
      story.node.prepend(element('p', { className: 'fault' }, [fault.message]));
    },
  });
  const links = [
    ...CHAPTERS.map(({ id, title }) => ({ id, title })),
    { id: PLAYGROUND, title: 'Playground' },
  ].map(({ id, title }, index) => {
    const link = element('a', {}, [id === PLAYGROUND ? title : `${index + 1} ${title}`]);
    link.href = `#${id}`;
    return link;
  });
  const navigation = element('nav', { className: 'chapters' }, links);
  navigation.setAttribute('aria-label', 'Chapters');
  const main = element('main', { className: 'play' }, []);
  root.append(element('div', { className: 'play' }, [main]));
  let shown = '';
  const own = readOwnScenario(document.getElementById(OWN_ELEMENT)?.textContent ?? '');

  function show(): void {
    const wanted = location.hash.slice(1);
    const first = own === undefined ? (CHAPTERS[0]?.id ?? '') : PLAYGROUND;
    const id = wanted === PLAYGROUND || CHAPTERS.some((each) => each.id === wanted) ? wanted : first;
    if (id === shown) return;
    shown = id;
    for (const link of links) {
      if (link.hash === `#${id}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    const chapter = CHAPTERS.find((each) => each.id === id);
    if (chapter === undefined) {
      story.close();
      main.replaceChildren(navigation, playground.node);
      if (playground.isOpen) playground.resume();
      else playground.open(own?.text ?? firstText(), own?.name ?? 'twelve homes');
    } else {
      playground.close();
      main.replaceChildren(navigation, story.node);
      story.open(chapter, followingOf(id)?.title ?? 'Playground');
    }
    window.scrollTo(0, 0);
  }

  const layOut = (): void => {
    if (shown === PLAYGROUND) playground.layOut();
    else story.layOut();
  };
  let pending = false;
  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (pending || window.innerWidth === width) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      width = window.innerWidth;
      layOut();
    });
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', layOut);
  window.addEventListener('hashchange', show);
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const isTaken = target.closest('button, input, textarea, select, a, summary') !== null;
    if (event.key !== ' ' || isTaken || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (shown === PLAYGROUND) playground.toggle();
    else story.toggle();
  });
  show();
  document.documentElement.dataset.ready = 'true';
}

/** The chapter after the one with this id; undefined after the last. */
function followingOf(id: string): (typeof CHAPTERS)[number] | undefined {
  return CHAPTERS[CHAPTERS.findIndex((each) => each.id === id) + 1];
}

function firstText(): string {
  return homesText({
    name: 'playground',
    description: 'A swarm to play with.',
    expect: EVERYONE_FINISHES,
    expected: 'everyone finishes',
    until: '20m',
  });
}

function nameOf(text: string): string {
  return /^name: (.*)$/m.exec(text)?.[1] ?? 'a swarm';
}

start();
