/** A history that also says why, once the whole trace of its run is there: with the sentences of `swarmlab explain`. */
import { explain, Story } from '../../src/trace/explain/explain.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { FoldedHistory } from '../swarm/folded-history.ts';
import type { SwarmRecord } from '../swarm/swarm-record.ts';

/** More of them nobody reads while a swarm moves; `swarmlab explain` tells all. */
const SENTENCES = 6;

/** `record`: that of the same trace, whose peers are all of the run's. */
export function toldHistory(record: SwarmRecord, trace: Trace): FoldedHistory {
  const story = new Story(trace);
  return new FoldedHistory(record, undefined, ({ peer, piece, timeUs }) => {
    const asked = piece === undefined ? { peer } : { peer, piece };
    let room = SENTENCES;
    return explain(story, { ...asked, atUs: Math.floor(timeUs) }).flatMap(({ title, sentences }) => {
      const shown = sentences.slice(0, room);
      room -= shown.length;
      return shown.length === 0 ? [] : [{ title, sentences: shown }];
    });
  });
}
