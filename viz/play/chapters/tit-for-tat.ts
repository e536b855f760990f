/** Chapter 6: some only take. Whom a home serves decides what becomes of them. */
import type { Chapter } from '../chapter.ts';

function freeRidersText(name: string, description: string, choker: string, expect: string): string {
  return `version: 1
name: ${name}
description: ${description}
seed: 1
time: { until: 20m }
torrent: { size: 12 MiB, piece: 128 KiB }
x-line: &line { down: 4 Mbit/s, up: 250 kbit/s, latency: 10ms..30ms }
x-engine: &engine { choker: ${choker}, upload-slots: 4 }
peers:
  - { group: source, have: all, link: { down: 2 Mbit/s, up: 500 kbit/s, latency: 10ms }, engine: *engine }
  - { group: giver, count: 15, link: *line, stay: { after-complete: 0s }, engine: *engine }
  - { group: rider, count: 5, link: *line, behaviour: free-rider }
expect:
  - { name: what the chapter says, that: "${expect}" }
`;
}

export const titForTat: Chapter = {
  id: 'tit-for-tat',
  title: 'Tit for tat',
  library: 'free-riders-wait',
  acts: [
    {
      setting:
        'Five of twenty homes are free-riders: they take and never give. A home serves four others at a time. On the left it serves those who give it most; on the right whoever chance picks.',
      question: 'Where do the free-riders wait longer?',
      choices: ['Left: tit for tat', 'Right: by chance', 'They finish like all others in both'],
      right: 0,
      speed: 25,
      swarms: [
        {
          label: 'Tit for tat',
          text: freeRidersText(
            'free-riders-meet-tit-for-tat',
            'Homes serve those who give to them; five give nothing.',
            'tit-for-tat',
            'p50(peer.download_time{group=rider}) > 1.2 * p50(peer.download_time{group=giver})',
          ),
        },
        {
          label: 'By chance',
          text: freeRidersText(
            'free-riders-meet-chance',
            'Homes serve whoever chance picks; five give nothing.',
            'random',
            'p50(peer.download_time{group=rider}) < p50(peer.download_time{group=giver})',
          ),
        },
      ],
      captions: [
        {
          of: 0,
          when: { kind: 'tried', group: 'rider' },
          text: 'Left: every 30 seconds a home tries somebody at random, so that newcomers get a start. This time it is {who}.',
        },
        {
          of: 1,
          when: { kind: 'completed', group: 'rider', count: 1 },
          text: 'Right: after {time} the first free-rider is done, before most of those who give.',
        },
        {
          of: 0,
          when: { kind: 'completed', group: 'giver', count: 15 },
          text: 'Left: after {time} all fifteen who give are done. {riders} free-riders still wait.',
        },
        {
          of: 0,
          when: { kind: 'over' },
          text: 'Left: after {time} the last free-rider is done.',
        },
      ],
      answer: 'Tit for tat needs no police: whoever gives is served first, and it pays to give.',
    },
  ],
};
