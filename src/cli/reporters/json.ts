/** All results as one JSON document at the end: an array with an object for each run, in the order of the runs. */
import type { Reporter, RunTotals, Write } from './reporter.ts';
import { outcomeOf, type RunRecord } from './run-record.ts';

export class JsonReporter implements Reporter {
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  end({ records }: RunTotals): void {
    this.#write(`${JSON.stringify(records.map(runAsJson), null, 2)}\n`);
  }
}

/** The fields of a run that `json` and `ndjson` give. */
export function runAsJson(record: RunRecord): Record<string, unknown> {
  const { stoppedBy, determinism, profile } = record;
  return {
    scenario: record.scenario,
    seed: record.seed,
    network: record.network,
    outcome: outcomeOf(record),
    digest: record.digest,
    endUs: record.endUs,
    interrupted: stoppedBy !== undefined,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    verdicts: record.verdicts,
    laws: record.laws,
    replay: record.replay,
    ...(determinism === undefined ? {} : { determinism }),
    folder: record.folder,
    lines: record.lines,
    ...(profile === undefined ? {} : { profile: profile.summary }),
  };
}
