/** What a report tells beside up- and downloads: presence, events, behaviour. */
import { describe, expect, it } from 'vitest';
import { buildHappenings, SHOWN_EVENTS } from '../../viz/report/build-happenings.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { PRESENCE_ROWS, PRESENCE_SLICES, PRESENCE_SPANS } from '../../viz/report/build-presence.ts';
import { happenedRows, isEventful } from '../../viz/report/happened-rows.ts';
import { kindsOf, peerName } from '../../viz/report/peer-words.ts';
import { readHappened, readMap, readPopulation, readPresence, readUse } from '../../viz/report/readings.ts';
import { reportInfo } from '../support/report-info.ts';
import { handTrace } from '../trace/metrics/hand-trace.ts';
import { smallTrace } from '../trace/metrics/small-trace.ts';
import { eventfulTrace, LEAVE, LIMIT, PARTITION } from './eventful-trace.ts';

const model = buildReportModel(eventfulTrace(), reportInfo());
const calm = buildReportModel(smallTrace(), reportInfo());

describe('presence', () => {
  it('is a strip a peer, by group and arrival, without gaps', () => {
    const { peers, states, timesUs, peerStride } = model.presence;
    expect(peerStride).toBe(1);
    expect(peers.map((peer) => model.peers.id[peer])).toEqual(['seed', 'home-1', 'home-2', 'home-3', 'liar']);
    expect(states).toEqual(['sl', 'dads', 'dcs', 'dx', 'm']);
    expect(timesUs.map((times) => times.map((us) => us / 1e6))).toEqual([
      [0, 50, 60],
      [0, 10, 20, 40, 60],
      [0, 15, 45, 60],
      [25, 30, 60],
      [0, 60],
    ]);
  });

  it('is said in a sentence', () => {
    expect(readPresence(model)).toBe(
      'Of 5 peers, 2 stayed from their arrival to the end of the run, 1 was switched off for a time, 1 crashed, 1 used up a data cap, 1 left for good.',
    );
    expect(readPresence(calm)).toBe(
      'Of 3 peers, 1 stayed from its arrival to the end of the run, 2 left for good.',
    );
  });

  it('stays bounded with many peers and with many sessions', () => {
    const crowd = handTrace({
      peers: Array.from({ length: 2 * PRESENCE_ROWS + 2 }, (_, index) => ({ id: `home-${index}` })),
      endUs: 10,
      tell: (recorder) => {
        for (let peer = 0; peer < 2 * PRESENCE_ROWS + 2; peer++) recorder.peerJoined(peer);
      },
    });
    const { presence } = buildReportModel(crowd, reportInfo());
    expect(presence.peerStride).toBe(3);
    expect(presence.peers.slice(0, 3)).toEqual([0, 3, 6]);

    const restless = handTrace({
      peers: [{ id: 'home-1' }, { id: 'home-2' }],
      endUs: 40_000,
      tell: (recorder, at) => {
        at(10_000);
        recorder.peerJoined(1);
        for (let session = 0; session < 5000; session++) {
          at(10_000 + session * 6);
          recorder.peerJoined(0);
          at(10_000 + session * 6 + 4);
          recorder.peerLeft(0, 'switchedOff', 'switched off');
        }
      },
    });
    const { states, timesUs } = buildReportModel(restless, reportInfo()).presence;
    expect(states[0]?.length).toBeLessThanOrEqual(PRESENCE_SLICES);
    expect(states[0]?.length).toBeGreaterThan(100);
    expect(timesUs[0]?.length).toBe((states[0]?.length ?? 0) + 1);
    expect(timesUs[0]?.at(-1)).toBe(40_000);
    // Two thirds of its time from 10 ms on it is there.
    let onlineUs = 0;
    for (const [span, letter] of [...(states[0] ?? '')].entries())
      if (letter === 'd') onlineUs += (timesUs[0]?.[span + 1] ?? 0) - (timesUs[0]?.[span] ?? 0);
    expect(onlineUs).toBeGreaterThan(17_000);
    expect(onlineUs).toBeLessThan(23_000);
  });

  it('shows fewer peers where all of them together have too many spans', () => {
    const peers = 200;
    const sessions = 450;
    const busy = handTrace({
      peers: Array.from({ length: peers }, (_, index) => ({ id: `home-${index}` })),
      endUs: sessions * 10,
      tell: (recorder, at) => {
        for (let session = 0; session < sessions; session++) {
          at(session * 10);
          for (let peer = 0; peer < peers; peer++) recorder.peerJoined(peer);
          at(session * 10 + 5);
          for (let peer = 0; peer < peers; peer++) recorder.peerLeft(peer, 'switchedOff', 'switched off');
        }
      },
    });
    const { presence } = buildReportModel(busy, reportInfo());
    expect(presence.peerStride).toBe(4);
    const spans = presence.states.reduce((sum, states) => sum + states.length, 0);
    expect(spans).toBeLessThanOrEqual(PRESENCE_SPANS);
    expect(spans).toBe((peers / 4) * sessions * 2);
  });
});

describe('events', () => {
  it('are spans with their names, and tallies of what followed for whom', () => {
    const { labels, events, eventsLeftOut } = model.happenings;
    expect(labels).toEqual([PARTITION, LIMIT, LEAVE]);
    expect(events).toEqual([
      { label: 0, fromUs: 10e6, toUs: 20e6, over: true },
      { label: 1, fromUs: 30e6, toUs: 60e6, over: false },
      { label: 2, fromUs: 50e6, toUs: 50e6, over: true },
    ]);
    expect(eventsLeftOut).toBe(0);
  });

  it('are listed in the order of time, numbered as over the charts, without saying anything twice', () => {
    expect(happenedRows(model).map(({ number, when, what, who }) => [number, when, what, who])).toEqual([
      [1, '10s to 20s', PARTITION, 'by the scenario'],
      [undefined, '10s', 'switched off', '1 peer of home'],
      [undefined, '15s', 'data cap used up', '1 peer of home'],
      [2, '30s to the end', LIMIT, 'by the scenario'],
      [undefined, '30s', 'crashed', '1 peer of home'],
      [undefined, '45s', 'data cap renewed', '1 peer of home'],
      [3, '50s', LEAVE, 'by the scenario'],
    ]);
    expect(readHappened(model)).toBe(
      'In this run the scenario made 3 events, machines were switched off 1 time, machines crashed 1 time. Its events stand with their numbers over the charts of time.',
    );
  });

  it('of one name share a number, and only the first few times are written out', () => {
    const again = handTrace({
      peers: [{ id: 'home' }],
      endUs: 1e9,
      tell: (recorder, at) => {
        for (let time = 0; time < SHOWN_EVENTS + 3; time++) {
          at(time * 1e6);
          recorder.fault(time, true, 'crash home');
          at(time * 1e6 + 5e5);
          recorder.fault(time, false, 'crash home');
        }
      },
    });
    const happenings = buildHappenings(again);
    expect(happenings.labels).toEqual(['crash home']);
    expect(happenings.events.length).toBe(SHOWN_EVENTS);
    expect(happenings.eventsLeftOut).toBe(3);
    const repeated = { ...model, happenings };
    expect(happenedRows(repeated)).toEqual([
      {
        number: 1,
        when: `0s to 500ms, 1s to 1.5s, 2s to 2.5s, 3s to 3.5s and ${SHOWN_EVENTS - 4} more times`,
        what: 'crash home',
        who: 'by the scenario',
      },
    ]);
    expect(readHappened(repeated)).toContain(`${SHOWN_EVENTS + 3} events of 1 kind`);
    expect(readHappened(repeated)).toContain('The last 3 are in events.csv only.');
  });

  it('are nothing where peers only come, complete and leave', () => {
    expect(isEventful(calm)).toBe(false);
    expect(isEventful(model)).toBe(true);
  });
});

describe('numbers of a run in which much happens', () => {
  it('are about those who wanted the file, and nobody counts for a seed by a lie', () => {
    expect(model.facts).toMatchObject({ joined: 5, downloaders: 3, completed: 2 });
    expect(model.groups.map(({ name, downloaders }) => [name, downloaders])).toEqual([
      ['seed', 0],
      ['home', 3],
      ['liar', 0],
    ]);
    // What home-1 found on its disk was given once.
    expect(model.givenPieces).toEqual([4, 0, 0, 0]);
    expect(readMap(model)).toContain('100 % of the 4 pieces');
  });

  it('show uplinks as they were: limited, and gone with their owners', () => {
    const { use } = model;
    const at = (sec: number, group: number): number | undefined =>
      use.uplink[group]?.[Math.floor((sec * 1e6) / use.sliceUs)];
    expect([2, 42, 57].map((sec) => at(sec, 0))).toEqual([2000, 500, 0]);
    expect([2, 57].map((sec) => at(sec, 2))).toEqual([1000, 1000]);
    expect(model.groups[0]?.capacityBytes).toBe(2000 * 30 + 500 * 20);
    expect(readUse(model)).toContain('seed 94 %');
  });

  it('count those that are away, and those that are capped', () => {
    const { timeUs, away, capped, seeds, leechers } = model.population;
    const rows = timeUs.map((us, row) => [us / 1e6, seeds[row], leechers[row], away[row], capped[row]]);
    expect(rows).toEqual([
      [0, 1, 3, 0, 0],
      [10, 1, 2, 1, 0],
      [15, 1, 2, 1, 1],
      [20, 1, 3, 0, 1],
      [25, 1, 4, 0, 1],
      [30, 1, 3, 1, 1],
      [40, 3, 1, 1, 1],
      [45, 3, 1, 1, 0],
      [50, 2, 1, 1, 0],
    ]);
    expect(readPopulation(model)).toContain('Most were away at 10s: 1 of those that had come.');
    expect(readPopulation(calm)).not.toContain('away');
  });

  it('count a cap that is used up to the end as such to the end', () => {
    const capped = handTrace({
      peers: [{ id: 'home' }],
      endUs: 100,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        at(10);
        recorder.lineChanged(0, 5, 5, 'cap');
        at(50);
        recorder.observer(0).completed();
      },
    });
    const { population } = buildReportModel(capped, reportInfo());
    expect(population.capped).toEqual([0, 1, 1]);
  });

  it('name what is not ordinary about a peer', () => {
    expect([0, 1, 2, 4].map((peer) => peerName(model, peer))).toEqual([
      'seed',
      'home-1 · symmetric NAT',
      'home-2 · free-rider',
      'liar · liar',
    ]);
    expect(kindsOf(['honest', 'liar'], [0, 1, 0, 0], 'honest')).toBe('3 honest, 1 liar');
    expect(kindsOf(['honest', 'liar'], [0, 0], 'honest')).toBeUndefined();
    expect(kindsOf(['honest', 'liar'], [1, 1], 'honest')).toBe('2 liar');
  });
});
