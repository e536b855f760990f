/** Chapter 3: which piece to fetch next. */
import type { Chapter } from '../chapter.ts';
import { EVERYONE_FINISHES, homesText } from './homes.ts';

export const rarestFirst: Chapter = {
  id: 'rarest-first',
  title: 'Rarest first',
  library: 'rarest-first-survives',
  acts: [
    {
      setting:
        'Which piece should a home fetch next? On the left all fetch them in order: 1, 2, 3. On the right each fetches what is rarest among the others.',
      question: 'Which swarm is done first?',
      choices: ['In order', 'Rarest first', 'Both at about the same time'],
      right: 1,
      speed: 4,
      swarms: [
        {
          label: 'In order',
          text: homesText({
            name: 'pieces-in-order',
            description: 'Every home fetches the pieces in their order.',
            expect: EVERYONE_FINISHES,
            homes: ', engine: { picker: sequential }',
          }),
        },
        {
          label: 'Rarest first',
          text: homesText({
            name: 'rarest-first',
            description: 'Every home fetches the rarest pieces first.',
            expect: EVERYONE_FINISHES,
            homes: ', engine: { picker: rarest-first }',
          }),
        },
      ],
      captions: [
        {
          of: 1,
          when: { kind: 'share', group: 'homes', share: 0.3 },
          text: 'Right: every ring has other colours. Whoever meets has something to swap.',
        },
        {
          of: 0,
          when: { kind: 'share', group: 'homes', share: 0.25 },
          text: 'Left: all rings have the same colours. What one has, the others have too: nothing to swap.',
        },
        {
          of: 1,
          when: { kind: 'over' },
          text: 'Right: after {time} all are done.',
        },
        {
          of: 0,
          when: { kind: 'over' },
          text: 'Left: after {time} all are done. The server had to send {copies} copies.',
        },
      ],
      answer:
        'Same lines, same file. What is rare is fetched first, so that everybody has something that others want.',
    },
  ],
};
