/** A history that also says why, once the whole trace of its run is there: with the sentences of `swarmlab explain`. */
import { explain, Story } from '../../src/trace/explain/explain.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { FoldedHistory } from '../swarm/folded-history.ts';
import type { SwarmRecord } from '../swarm/swarm-record.ts';

/** More of them nobody reads while a swarm moves; `swarmlab explain` tells all. */
const SENTENCES = 6;

export class ToldHistory extends FoldedHistory {
  readonly #story: Story;

  /** `record`: that of the same trace, whose peers are all of the run's. */
  constructor(record: SwarmRecord, trace: Trace) {
    super(record);
    this.#story = new Story(trace);
  }

  explain({ peer, timeUs }: { readonly peer: number; readonly timeUs: number }): readonly string[] {
    const parts = explain(this.#story, { peer, atUs: Math.floor(timeUs) });
    return parts.flatMap(({ sentences }) => sentences).slice(0, SENTENCES);
  }
}
