/** What the picture of each scenario of the library shows: in words of its expectations, so that a slip is an error. */
import type { PanelSpec, PictureSpec } from './panel.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const COMPLETE: PanelSpec = { kind: 'complete' };
const RAREST: PanelSpec = {
  kind: 'lines',
  title: 'copies of a piece',
  unit: 'number',
  lines: [
    { label: 'rarest piece', of: 'min(piece.availability)' },
    { label: 'on average', of: 'mean(piece.availability)' },
  ],
};
const EVERYONE = 'everyone finishes';

/** How much each group has sent, or received, of the content. */
function bars(
  title: string,
  unit: 'size' | 'time' | 'number',
  of: (group: string) => string,
  groups: readonly string[],
): PanelSpec {
  return { kind: 'bars', title, unit, bars: groups.map((group) => ({ label: group, of: of(group) })) };
}

const sent = (...groups: string[]): PanelSpec =>
  bars('payload sent, in all', 'size', (group) => `sum(peer.sent{group=${group}})`, groups);
const medianTime = (...groups: string[]): PanelSpec =>
  bars('time to download, median', 'time', (group) => `p50(peer.download_time{group=${group}})`, groups);

export const PICTURES: Readonly<Record<string, PictureSpec>> = {
  'one-server': {
    title: 'A server alone needs N·F / u, however fast the others’ lines are',
    panels: [COMPLETE, sent('server', 'homes')],
    proof: ['no sooner than N * F / u_s', 'and hardly later'],
  },
  'one-seed': {
    title: 'The same homes and source as a swarm: a third of the time',
    panels: [
      COMPLETE,
      {
        kind: 'bars',
        title: 'until the last home is done',
        unit: 'time',
        bars: [
          { label: 'server alone', of: 'bound.client_server' },
          { label: 'as a swarm', of: 'max(peer.completion_time)' },
          { label: 'least possible', of: 'bound.completion' },
        ],
      },
    ],
    proof: ['in less than a third of the time of the server alone', 'nearly as soon as any protocol could'],
  },
  'more-peers-more-upload': {
    title: 'Every peer that comes brings its uplink along',
    panels: [
      {
        kind: 'lines',
        title: 'rate of the whole swarm',
        unit: 'rate',
        lines: [
          { label: 'sent', of: 'swarm.sent_rate' },
          { label: 'all uplinks', of: 'swarm.uplink' },
        ],
      },
      {
        kind: 'lines',
        title: 'peers that are there',
        unit: 'number',
        lines: [{ label: 'peers', of: 'peers.present' }],
      },
    ],
    proof: ['ten homes and the source send up to 14 Mbit/s', 'thirty homes send more than twenty can'],
  },
  'source-leaves': {
    title: 'The source may go as soon as every piece has another holder',
    panels: [COMPLETE, RAREST],
    proof: ['no piece dies out', 'the source has gone long before the first of them is done'],
  },
  'source-leaves-early': {
    title: 'The source goes too early: pieces are lost, and nobody completes',
    panels: [
      {
        kind: 'lines',
        title: 'share of the pieces that homes hold',
        unit: 'share',
        lines: [
          { label: 'best', of: 'max(peer.progress{group=homes})' },
          { label: 'worst', of: 'min(peer.progress{group=homes})' },
        ],
      },
      RAREST,
    ],
    marks: [{ atUs: 20 * SECOND, label: 'source leaves' }],
    untilUs: 3 * MINUTE,
    proof: ['nobody completes', 'some piece has died out'],
  },
  'rarest-first-survives': {
    title: 'Rarest first keeps every piece alive when the source leaves',
    panels: [COMPLETE, RAREST],
    marks: [{ atUs: 32 * SECOND, label: 'source leaves' }],
    proof: [EVERYONE, 'the source has given less than two copies'],
  },
  'most-common-dies': {
    title: 'Most common first: the same swarm loses pieces for good',
    panels: [
      {
        kind: 'lines',
        title: 'share of the pieces that the crowd holds',
        unit: 'share',
        lines: [
          { label: 'best', of: 'max(peer.progress{group=crowd})' },
          { label: 'worst', of: 'min(peer.progress{group=crowd})' },
        ],
      },
      RAREST,
    ],
    marks: [{ atUs: 32 * SECOND, label: 'source leaves' }],
    proof: ['nobody completes', 'pieces have died out with the source'],
  },
  'passing-through': {
    title: 'Nobody stays, and everybody completes',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'peers over time',
        unit: 'number',
        lines: [
          { label: 'there', of: 'peers.present' },
          { label: 'switched off', of: 'peers.away' },
        ],
      },
    ],
    proof: [EVERYONE, 'no peer was there for the whole time'],
  },
  'bad-company': {
    title: 'A swarm in which a third cheat still serves the honest',
    panels: [
      COMPLETE,
      {
        kind: 'bars',
        title: 'payload that arrived at the crowd',
        unit: 'size',
        bars: [
          { label: 'of use', of: 'sum(peer.received{group=crowd})' },
          { label: 'in vain', of: 'sum(peer.wasted{group=crowd})' },
        ],
      },
    ],
    proof: ['every honest peer and every free-rider finishes', 'at little more cost'],
  },
  'trouble-and-repair': {
    title: 'Faults cost time and nothing else',
    panels: [COMPLETE, RAREST],
    marks: [{ atUs: 10 * MINUTE, label: 'healed' }],
    proof: [EVERYONE, 'the source stays spared'],
  },
  'home-week': {
    title: 'The lines that homes really have are enough; a small volume costs hours',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'peers over time',
        unit: 'number',
        lines: [
          { label: 'there', of: 'peers.present' },
          { label: 'switched off', of: 'peers.away' },
        ],
      },
    ],
    proof: [EVERYONE, 'and pay for it with time'],
  },
  'flash-crowd': {
    title: 'One slow source is enough for a crowd of sixty',
    panels: [COMPLETE, sent('origin', 'crowd')],
    untilUs: 12 * MINUTE,
    proof: ['the tail is bounded', 'the source is spared'],
  },
  'lower-bound': {
    title: 'No swarm beats the fluid bound; a good one comes close',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'rate of the whole swarm',
        unit: 'rate',
        lines: [
          { label: 'sent', of: 'swarm.sent_rate' },
          { label: 'all uplinks', of: 'swarm.uplink' },
        ],
      },
    ],
    proof: ['nobody beats the lower bound', 'the last peer is within 1.35 times the lower bound'],
  },
  'any-size': {
    title: 'A swarm hardly gets slower as it grows; a server would',
    panels: [
      {
        kind: 'cells',
        title: 'swarm: until the last is done',
        unit: 'time',
        of: 'max(peer.completion_time)',
        label: 'N =',
        limit: { label: 'no protocol sooner', of: 'bound.completion' },
      },
      {
        kind: 'cells',
        title: 'server alone, at least',
        unit: 'time',
        of: 'bound.client_server',
        label: 'N =',
      },
    ],
    proof: ['within one minute, whatever their number', 'nobody beats the lower bound'],
  },
  'upload-is-scarce': {
    title: 'On home lines upload is what is scarce',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'rate of the whole swarm (downlinks: 800 Mbit/s)',
        unit: 'rate',
        lines: [
          { label: 'sent', of: 'swarm.sent_rate' },
          { label: 'all uplinks', of: 'swarm.uplink' },
        ],
      },
    ],
    proof: ['uplinks are in use most of the time', 'nobody fills a tenth of a downlink of 40 Mbit/s'],
  },
  'two-halves': {
    title: 'Nobody needs everything for everybody to get it',
    panels: [
      {
        kind: 'lines',
        title: 'share of the pieces that a peer holds',
        unit: 'share',
        lines: [
          { label: 'best', of: 'max(peer.progress)' },
          { label: 'worst', of: 'min(peer.progress)' },
        ],
      },
      sent('first-half', 'second-half'),
    ],
    proof: ['both complete', 'both lines are full, both ways at once'],
  },
  'later-is-sooner': {
    title: 'A flash crowd is a swarm’s hardest hour; later ones are served at once',
    panels: [COMPLETE, medianTime('flash', 'steady')],
    proof: ['the flash crowd waits for the source', 'half of the steady ones need less than half of that'],
  },
  'seeding-on': {
    title: 'Three minutes of seeding carry those who come after the source',
    panels: [
      { kind: 'complete', groups: ['early', 'late'] },
      {
        kind: 'lines',
        title: 'seeds that are there',
        unit: 'number',
        lines: [{ label: 'seeds', of: 'peers.complete' }],
      },
    ],
    marks: [{ atUs: 120 * SECOND, label: 'source leaves' }],
    proof: [EVERYONE, 'early ones carry the late ones'],
  },
  'hit-and-run': {
    title: 'All leave when they are done: the late ones get nothing',
    panels: [
      { kind: 'complete', groups: ['early', 'late'] },
      {
        kind: 'lines',
        title: 'seeds that are there',
        unit: 'number',
        lines: [{ label: 'seeds', of: 'peers.complete' }],
      },
    ],
    marks: [{ atUs: 120 * SECOND, label: 'source leaves' }],
    untilUs: 4 * MINUTE,
    proof: ['the late ones never do', 'they get nothing at all'],
  },
  'free-riders-wait': {
    title: 'Tit-for-tat: who gives nothing waits',
    panels: [COMPLETE, medianTime('givers', 'free-riders')],
    proof: [
      'free-riders take at least 1.2 times as long',
      'half of the givers are done before the first free-rider',
    ],
  },
  'free-riders-prosper': {
    title: 'Slots by chance: who gives nothing loses nothing',
    panels: [COMPLETE, medianTime('givers', 'free-riders')],
    proof: ['free-riders take hardly longer than those who give'],
  },
  'give-and-take': {
    title: 'Under tit-for-tat, who gives more gets more',
    panels: [COMPLETE, medianTime('wide', 'narrow')],
    proof: ['wide uplinks are done sooner', 'three quarters of them before half of the others'],
  },
  watching: {
    title: 'A window ahead of the playhead makes viewers wait less than rarest first',
    panels: [
      bars('waiting for pieces, on average', 'time', (group) => `mean(peer.stall_time{group=${group}})`, [
        'window',
        'rarest',
      ]),
      COMPLETE,
    ],
    proof: ['rarest first makes viewers wait', 'the window makes them wait less than a quarter of that'],
  },
  suggestions: {
    title: 'A source that suggests what it gave least hardly sends anything twice',
    panels: [RAREST, sent('source', 'crowd')],
    proof: ['the source gave hardly more than one copy', 'no piece dies out'],
  },
  'data-cap': {
    title: 'A data cap costs only those who have one',
    panels: [COMPLETE, medianTime('open', 'capped')],
    marks: [{ atUs: 20 * MINUTE, label: 'midnight' }],
    proof: ['every capped home runs into its volume', 'and is done after midnight only'],
  },
  'dht-only': {
    title: 'A swarm needs no tracker: one known node of the DHT is enough',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'connections of a peer',
        unit: 'number',
        lines: [
          { label: 'most', of: 'max(peer.connections)' },
          { label: 'on average', of: 'mean(peer.connections)' },
        ],
      },
    ],
    proof: [EVERYONE],
  },
  'tracker-dies': {
    title: 'With a DHT a swarm outlives its tracker',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'peers over time',
        unit: 'number',
        lines: [
          { label: 'there', of: 'peers.present' },
          { label: 'seeds', of: 'peers.complete' },
        ],
      },
    ],
    marks: [{ atUs: MINUTE, label: 'tracker dies' }],
    proof: [EVERYONE, 'latecomers are served as soon as others'],
  },
  'peers-tell-peers': {
    title: 'One contact is enough: peers tell each other of those that they know',
    panels: [
      COMPLETE,
      {
        kind: 'lines',
        title: 'connections of a peer of the crowd',
        unit: 'number',
        lines: [
          { label: 'most', of: 'max(peer.connections{group=crowd})' },
          { label: 'on average', of: 'mean(peer.connections{group=crowd})' },
        ],
      },
    ],
    marks: [{ atUs: 30 * SECOND, label: 'tracker dies' }],
    proof: [
      'after a minute, half of them know at least ten others',
      'as if they had known each other from the start',
    ],
  },
  'parity-small': {
    title: 'Eight peers, to be run on both networks',
    panels: [COMPLETE, sent('seed', 'leechers')],
    proof: ['nobody beats the lower bound', 'the tail is bounded'],
  },
  'parity-homes': {
    title: 'Fourteen homes that come and go, to be run on both networks',
    panels: [COMPLETE, sent('source', 'homes')],
    proof: [EVERYONE, 'homes carry most of it'],
  },
  'parity-kernel': {
    title: 'Twelve homes on slow lines, to be run on three networks',
    panels: [COMPLETE, sent('seed', 'leechers')],
    proof: [EVERYONE, 'the slow lines do not hold everybody back for long'],
  },
  'parity-trouble': {
    title: 'Crashes, a cut and a cap, to be run on both networks',
    panels: [COMPLETE, RAREST],
    marks: [
      { atUs: 4 * SECOND, label: 'crash' },
      { atUs: 8 * SECOND, label: 'cut' },
    ],
    proof: [EVERYONE, 'no piece dies out, though the source leaves'],
  },
};
