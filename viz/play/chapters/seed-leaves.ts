/** Chapter 4: the source goes away, late enough and too early. */
import type { Chapter } from '../chapter.ts';
import { EVERYONE_FINISHES, homesText, NOBODY_FINISHES } from './homes.ts';

export const seedLeaves: Chapter = {
  id: 'seed-leaves',
  title: 'The seed leaves',
  library: 'source-leaves',
  acts: [
    {
      setting:
        'The server is switched off for good as soon as every piece is in some home. No home has the whole file by then.',
      question: 'How many homes will get the whole file?',
      choices: ['None', 'Some', 'All twelve'],
      right: 2,
      speed: 3,
      swarms: [
        {
          label: '',
          text: homesText({
            name: 'seed-leaves',
            description: 'The source leaves as soon as every piece has another holder.',
            expect: EVERYONE_FINISHES,
            source: ', stay: { until-copies: 2 }',
          }),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'left', group: 'source' },
          text: 'At {time} the server is gone. The fullest home has {most} of {pieces} pieces.',
        },
        {
          of: 0,
          when: { kind: 'completed', group: 'homes', count: 1 },
          text: 'After {time} a home has the whole file, put together from what the others had.',
        },
        { of: 0, when: { kind: 'over' }, text: 'After {time} all twelve have it.' },
      ],
      answer: 'Nobody needs the source for ever. A file lives as long as each of its pieces lives somewhere.',
    },
    {
      setting:
        'Once more, but the server goes after 25 seconds: it has sent as many bytes by then as the file has.',
      question: 'How many homes will get the whole file?',
      choices: ['None', 'Some', 'All twelve'],
      right: 0,
      speed: 3,
      swarms: [
        {
          label: '',
          text: homesText({
            name: 'seed-leaves-early',
            description: 'The source leaves before every piece has another holder.',
            expect: NOBODY_FINISHES,
            until: '75s',
            source: ', stay: { until: 25s }',
          }),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'left', group: 'source' },
          text: 'At {time} the server is gone. Some pieces it has sent more than once, others never.',
        },
        {
          of: 0,
          when: { kind: 'stuck' },
          text: 'At {time} all homes have the same {most} of {pieces} pieces. The other {missing} went with the server.',
        },
        { of: 0, when: { kind: 'over' }, text: 'They wait for ever: {complete} of twelve have the file.' },
      ],
      answer: 'One lost piece is enough to spoil the file for all. That is why the rarest piece goes first.',
    },
  ],
};
