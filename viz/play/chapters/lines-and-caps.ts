/** Chapter 5: lines that take in more than they give out, and volumes that are used up. */
import type { Chapter } from '../chapter.ts';
import { EVERYONE_FINISHES, homesText } from './homes.ts';

export const linesAndCaps: Chapter = {
  id: 'lines-and-caps',
  title: 'Home lines',
  library: 'upload-is-scarce',
  acts: [
    {
      setting:
        'A home line takes in more than it gives out: 16 Mbit/s down, 1 Mbit/s up. On the right everybody has bought a faster line: 64 Mbit/s down, and 1 up as before.',
      question: 'How much sooner are the faster lines done?',
      choices: ['Four times as fast', 'Twice as fast', 'Hardly at all'],
      right: 2,
      speed: 3,
      swarms: [
        {
          label: '16 Mbit/s down, 1 up',
          text: homesText({
            name: 'home-lines',
            description: 'Twelve homes on lines with 16 Mbit/s down and 1 Mbit/s up.',
            expect: EVERYONE_FINISHES,
          }),
        },
        {
          label: '64 Mbit/s down, 1 up',
          text: homesText({
            name: 'wider-downlinks',
            description: 'The same homes with downlinks four times as wide.',
            expect: EVERYONE_FINISHES,
            down: '64 Mbit/s',
          }),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'share', group: 'homes', share: 0.4 },
          text: 'What a home takes in, somebody has to send. Thirteen lines send 14 Mbit/s in all: about one for each home.',
        },
        { of: 0, when: { kind: 'over' }, text: 'Left: all are done after {time}.' },
        { of: 1, when: { kind: 'over' }, text: 'Right: all are done after {time}.' },
      ],
      answer:
        'Upload is what is scarce. Give the homes 2 Mbit/s up in the playground, and see the difference.',
    },
    {
      setting:
        'Four of the twelve homes have a data cap: they may move 6 MiB a day, which is the size of the file. Then their line crawls.',
      question: 'Whom do the caps hold up?',
      choices: ['All homes', 'Only those four', 'Nobody'],
      right: 1,
      speed: 8,
      swarms: [
        {
          label: '',
          text: `version: 1
name: data-caps
description: Four of twelve homes have a daily volume that does not suffice.
seed: 1
time: { until: 10m, sample: 200ms }
torrent: { size: 6 MiB, piece: 128 KiB }
x-line: &line { down: 16 Mbit/s, up: 1 Mbit/s, latency: 10ms..30ms }
peers:
  - { group: source, have: all, link: { down: 2 Mbit/s, up: 2 Mbit/s, latency: 10ms } }
  - { group: homes, count: 8, link: *line }
  - { group: capped, count: 4, link: *line, cap: { both: 6 MiB, per: 1d, then: throttle 128 kbit/s } }
expect:
  - { name: what the chapter says, that: "min(peer.download_time{group=capped}) > max(peer.download_time{group=homes})" }
`,
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'capped', group: 'capped' },
          text: 'At {time} the volume of {who} is used up. What it gave to others counts, too.',
        },
        {
          of: 0,
          when: { kind: 'completed', group: 'homes', count: 8 },
          text: 'After {time} all homes without a cap are done. They did not wait for the others.',
        },
        { of: 0, when: { kind: 'over' }, text: 'After {time} the last capped home is done, too.' },
      ],
      answer: 'A slow peer does not slow a swarm: the others go round it.',
    },
  ],
};
