/**
 * One JSON object a line, as things happen: `begin`, then for each run `started`, one `verdict` for each expectation and
 * `ended`, and `end` with the verdicts over all seeds. Events of a run stand together, runs in the order of the command
 * line. A reader skips kinds of events that it does not know.
 */
import { runAsJson } from './json.ts';
import { overall } from './overall.ts';
import type { Reporter, RunTotals, Write } from './reporter.ts';
import type { RunIntent, RunRecord } from './run-record.ts';

export class NdjsonReporter implements Reporter {
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  begin(intents: readonly RunIntent[]): void {
    this.#line({ event: 'begin', runs: intents.length });
  }

  started({ scenario, seed, network, peers, replay }: RunIntent): void {
    this.#line({ event: 'started', scenario, seed, network, peers, replay });
  }

  ended(record: RunRecord): void {
    const { scenario, seed } = record;
    for (const verdict of record.verdicts) this.#line({ event: 'verdict', scenario, seed, ...verdict });
    const { verdicts: _said, ...rest } = runAsJson(record);
    this.#line({ event: 'ended', ...rest });
  }

  end({ records, notRun, stoppedBy, error, exitCode }: RunTotals): void {
    this.#line({
      event: 'end',
      exitCode,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      ...(error === undefined ? {} : { error }),
      notRun: notRun.map(({ scenario, seed, replay }) => ({ scenario, seed, replay })),
      scenarios: overall(records).map(({ scenario, records: runs, red, verdicts }) => ({
        scenario,
        seeds: runs.map(({ seed }) => seed),
        failed: red.map(({ seed, replay }) => ({ seed, replay })),
        verdicts: verdicts.map(({ name, expression, held, of, worst, worstSeed, failedSeeds }) => ({
          name,
          expression,
          held,
          of,
          worst: { seed: worstSeed, left: worst.left, right: worst.right },
          failedSeeds,
        })),
      })),
    });
  }

  #line(event: Record<string, unknown>): void {
    this.#write(`${JSON.stringify(event)}\n`);
  }
}
