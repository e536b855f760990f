/** Chapter 2: the same homes pass on what they have. */
import type { Chapter } from '../chapter.ts';
import { EVERYONE_FINISHES, homesText } from './homes.ts';

export const swarm: Chapter = {
  id: 'swarm',
  title: 'A swarm',
  library: 'more-peers-more-upload',
  acts: [
    {
      setting:
        'The same server, the same homes, the same file. Now each home passes on the pieces that it has. It sends 1 Mbit/s, half as much as the server.',
      question: 'How long until all twelve have it now?',
      choices: ['about 5 minutes, as before', 'about half of that', 'about 1 minute'],
      right: 2,
      speed: 3,
      swarms: [
        {
          label: '',
          text: homesText({
            name: 'swarm',
            description: 'Twelve homes fetch from a server and from each other.',
            expect: EVERYONE_FINISHES,
          }),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'passed', from: 'homes', to: 'homes' },
          text: 'At {time} a home passes a piece on. It holds hardly anything yet, and it helps already.',
        },
        {
          of: 0,
          when: { kind: 'copies', least: 2 },
          text: 'Every piece is in some home by now, though no home has more than {most} of {pieces}. Together they have the file.',
        },
        {
          of: 0,
          when: { kind: 'completed', group: 'homes', count: 1 },
          text: 'After {time} the first home has everything. It stays as a seed and only gives.',
        },
        {
          of: 0,
          when: { kind: 'over' },
          text: 'After {time} all twelve have it. Only {copies} copies came from the server; the homes made the rest.',
        },
      ],
      answer: 'Who takes also gives: every home that joins brings its own line along.',
    },
  ],
};
