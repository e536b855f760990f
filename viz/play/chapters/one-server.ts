/** Chapter 1: what it costs to fetch from one server. */
import type { Chapter } from '../chapter.ts';
import { EVERYONE_FINISHES, homesText } from './homes.ts';

export const oneServer: Chapter = {
  id: 'one-server',
  title: 'One server alone',
  library: 'one-server',
  acts: [
    {
      setting:
        'A server has a file, and twelve homes want it. The server sends 2 Mbit/s: one home alone would have the file after 25 seconds.',
      question: 'How long until all twelve have it?',
      choices: ['25 seconds', 'about 1 minute', 'about 5 minutes'],
      right: 2,
      speed: 10,
      swarms: [
        {
          label: '',
          text: homesText({
            name: 'one-server-alone',
            description: 'Twelve homes fetch from one server; nobody passes anything on.',
            expect: EVERYONE_FINISHES,
            top: 'swarm: off',
          }),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'passed', from: 'source', to: 'homes' },
          text: 'The file is cut into {pieces} pieces, each with a colour of its own. The first one has arrived.',
        },
        {
          of: 0,
          when: { kind: 'share', group: 'homes', share: 0.3 },
          text: 'All twelve wait for one line. A home could take in 16 Mbit/s, and it gets a twelfth of 2.',
        },
        {
          of: 0,
          when: { kind: 'completed', group: 'homes', count: 1 },
          text: 'After {time} the first home has the whole file. It has not passed on a single piece.',
        },
        {
          of: 0,
          when: { kind: 'over' },
          text: 'After {time} all twelve have it. The server has sent the whole file {copies} times.',
        },
      ],
      answer:
        'Twelve homes, twelve copies, one line. With one server, everybody who joins makes all wait longer.',
    },
  ],
};
