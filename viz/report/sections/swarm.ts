/** The swarm over time: rings, ways, timers; played, stepped and clicked. */

import { explain, Story } from '../../../src/trace/explain/explain.ts';
import { formatCount, formatDuration, formatNumber } from '../../charts/format.ts';
import { FoldedHistory } from '../../swarm/folded-history.ts';
import { pageTrace } from '../../swarm/page-trace.ts';
import type { SwarmClock } from '../../swarm/swarm-clock.ts';
import type { SwarmExplainer } from '../../swarm/swarm-history.ts';
import { createSwarmPlayer } from '../../swarm/swarm-player.ts';
import type { SwarmRecord } from '../../swarm/swarm-record.ts';
import type { SwarmChoice } from '../../swarm/swarm-view.ts';
import { unpackSwarm } from '../../swarm/unpack-swarm.ts';
import type { ReportModel } from '../model.ts';
import { everyNth } from '../peer-words.ts';
import type { ChartContext, ChartSection, Draw } from '../section.ts';
import type { Selected } from '../selection.ts';

export const SWARM: ChartSection = {
  id: 'swarm',
  part: 'swarm',
  title: 'The swarm over time',
  units: 'pieces (number) that peers hold, from whom and when (s)',
  reading: readSwarm,
  definition: defineSwarm,
  table(model) {
    const { swarm } = model;
    const record = unpackSwarm(swarm, model.torrent, []);
    const name = (peer: number): string | null => record.cast.peers[peer]?.id ?? null;
    return {
      columns: [
        { name: 'from_us', title: 'Began', unit: 'us' },
        { name: 'to_us', title: 'Ended', unit: 'us' },
        { name: 'piece', title: 'Piece', unit: 'number' },
        { name: 'giver', title: 'From', unit: 'text' },
        { name: 'taker', title: 'To', unit: 'text' },
        { name: 'bytes', title: 'Payload', unit: 'bytes' },
      ],
      count: record.transferCount,
      row: (row) => [
        record.transferFromUs[row] ?? null,
        record.transferToUs[row] ?? null,
        (record.transferPiece[row] ?? 0) * swarm.pieceStride,
        name(record.transferFrom[row] ?? -1),
        name(record.transferTo[row] ?? -1),
        record.transferBytes[row] ?? null,
      ],
    };
  },
  redrawOn: [],
  prepare: prepareSwarm,
};

function readSwarm({ facts, swarm }: ReportModel): string {
  const seeds = swarm.peers.filter(({ startsComplete }) => startsComplete).length;
  const copies = facts.seedCopies;
  const spared =
    copies < 1.5 && facts.completed > 1
      ? `The first ${seeds === 1 ? 'seed' : 'seeds'} sent each piece about once, and the crowd did the rest: `
      : '';
  return `${spared}${formatNumber(facts.completed)} of ${formatCount(facts.downloaders, 'downloader')} completed${facts.lastCompletedUs === null ? '' : `, the last at ${formatDuration(facts.lastCompletedUs)}`}. Play it and watch the colours.`;
}

function defineSwarm({ swarm, torrent, endUs }: ReportModel): string {
  const crowds = swarm.peers.filter(({ standsFor }) => standsFor > 1);
  const hidden = crowds.reduce((sum, { standsFor }) => sum + standsFor, 0);
  const parts = [
    'Each ring is a peer and shows what it holds: a piece has its hue and its place, clockwise from the top. A dot is payload on its way, in the hue of its piece, and moves with the rate at which that piece really came.',
    swarm.measured
      ? ''
      : 'This run did not record who sent what: a piece counts as on its way from its pick until it was verified, from the peer that sent its last block.',
    'Choke rounds are read off chokes and unchokes; interest and snubs are as the peers noted them.',
    hidden === 0
      ? ''
      : `Drawn one by one are ${swarm.indices.length} of ${formatNumber(swarm.indices.length + hidden)} peers, first seeds first and the others evenly by order of arrival; each of the others is part of a crowd, a ring that is filled as far as its members hold a piece on average, counted at ${swarm.crowds?.slices ?? 0} instants. Copies include theirs.`,
    swarm.pieceStride === 1
      ? ''
      : `Of ${formatCount(torrent.pieceCount, 'piece')} ${everyNth(swarm.pieceStride)} is shown.`,
    swarm.picks ? '' : 'Which piece was picked when is left out.',
    swarm.untilUs < endUs ? `What came after ${formatDuration(swarm.untilUs)} is left out.` : '',
  ];
  return parts.filter((text) => text !== '').join(' ');
}

function prepareSwarm(host: HTMLElement, context: ChartContext): Draw {
  const { model, selection } = context;
  const { swarm } = model;
  const record = unpackSwarm(
    swarm,
    model.torrent,
    model.groups.map(({ name }) => name),
  );
  const history = new FoldedHistory(record, undefined, explainerOf(model, record));
  const player = createSwarmPlayer(history, sharedClock(context), {
    onChoose: ({ peer, piece }) => {
      const index = swarm.indices[peer];
      selection.set({
        peers: index === undefined ? undefined : { kind: 'peer', peer: index },
        piece: piece < 0 ? undefined : piece * swarm.pieceStride,
      });
    },
    announce: (text) => context.announce(text),
  });
  host.replaceChildren(player.node);
  return () => {
    player.layOut();
    return (selected, changed) => {
      if (changed.has('peers') || changed.has('piece')) player.choose(choiceOf(model, selected));
      player.update();
    };
  };
}

/** The same sentences as of `swarmlab explain`, where the page carries what they are told from. */
function explainerOf(model: ReportModel, record: SwarmRecord): SwarmExplainer {
  const { swarm, scenario, seed, endUs, peers } = model;
  if (swarm.decisions === '') return explainElsewhere(model);
  let story: Story | undefined;
  return ({ peer, piece, timeUs }) => {
    if (story === undefined) {
      const run = { scenario, seed, endUs, ids: peers.id, groupOf: peers.group };
      const trace = pageTrace(swarm, record, run);
      if (trace === undefined) return [];
      story = new Story(trace);
    }
    // At its very end everybody leaves.
    const atUs = Math.min(Math.round(timeUs), Math.max(0, endUs - 1));
    return explain(story, { peer: swarm.indices[peer] ?? 0, piece, atUs });
  };
}

/** What decided is too much of a large run for its page; the trace beside it has it. */
function explainElsewhere({ swarm, scenario, seed, peers }: ReportModel): SwarmExplainer {
  return ({ peer, piece, timeUs }) => {
    const index = swarm.indices[peer];
    if (index === undefined) return [];
    const what =
      piece === undefined ? `--at ${Math.floor(timeUs / 1000)}ms` : `--piece ${piece * swarm.pieceStride}`;
    const command = `swarmlab explain ${scenario}-${seed} --peer ${peers.id[index]} ${what}`;
    return [
      {
        title: 'Why',
        sentences: [
          `The page of so large a run does not carry that. In the folder that holds the run's: ${command}`,
        ],
      },
    ];
  };
}

/** What is selected in the page, as far as it is in the picture. */
function choiceOf({ swarm }: ReportModel, { peers, piece }: Selected): SwarmChoice {
  const peer = peers?.kind === 'peer' ? swarm.indices.indexOf(peers.peer) : -1;
  const shown = piece === undefined || piece % swarm.pieceStride !== 0 ? -1 : piece / swarm.pieceStride;
  return { peer, piece: peer >= 0 ? -1 : shown };
}

/** The clock of the page. */
function sharedClock({ clock, selection }: ChartContext): SwarmClock {
  return {
    get timeUs() {
      return selection.selected.instantUs;
    },
    get endUs() {
      return selection.view.toUs;
    },
    get isPlaying() {
      return clock.isPlaying;
    },
    get speed() {
      return clock.speed;
    },
    setSpeed: (usPerSec) => clock.setSpeed(usPerSec),
    seek: (timeUs) => selection.set({ instantUs: timeUs }),
    play: () => clock.play(),
    pause: () => clock.pause(),
    // Of instants the stage tells, while the picture is in view.
    subscribe: (listener) => clock.subscribe(listener),
  };
}
