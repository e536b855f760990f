/** A scenario under test: it runs once, when it is first asked, and every question is put to that run. */
import type { Run } from '../api/run-types.ts';
import { loadScenario } from '../api/scenario.ts';
import type { Swarm, SwarmOptions, SwarmResult, SwarmVerdict } from './types.ts';

export class ScenarioSwarm implements Swarm {
  readonly #reference: string | URL;
  readonly #options: SwarmOptions;
  #run: Promise<Run> | undefined;

  /** `reference`: a path from the present folder, a file URL, or the name of a scenario of the library. */
  constructor(reference: string | URL, options: SwarmOptions) {
    this.#reference = reference;
    this.#options = options;
  }

  async run(): Promise<SwarmResult> {
    const { scenario, seed, digest, endUs, verdicts, replay } = await this.#started();
    return { scenario, seed, digest, endUs, verdicts, replay };
  }

  async judge(expression: string): Promise<SwarmVerdict> {
    return (await this.#started()).judge(expression);
  }

  #started(): Promise<Run> {
    this.#run ??= this.#runNow();
    return this.#run;
  }

  async #runNow(): Promise<Run> {
    const { set = {}, seed, net = 'sim' } = this.#options;
    const scenario = loadScenario(this.#reference, { set });
    return await scenario.run({ net, ...(seed === undefined ? {} : { seed }) });
  }
}
