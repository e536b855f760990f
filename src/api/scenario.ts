/** Scenarios for programs: read from a file, the library or a text, and run on either network in this process. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder } from '../cli/assets.ts';
import { subjectOf } from '../cli/run-plans.ts';
import { refuseFor } from '../cli/socket-plan.ts';
import { expand } from '../scenarios/expand.ts';
import {
  type LoadedScenario,
  listScenarios,
  loadScenario as load,
  loadSweep,
  readScenario,
  readSweep,
} from '../scenarios/load-scenario.ts';
import { parseSettings } from '../scenarios/overrides.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { Scenario as ReadScenario } from '../scenarios/scenario.ts';
import { FinishedRun } from './finished-run.ts';
import type {
  Run,
  RunOptions,
  Scenario,
  ScenarioOptions,
  Sweep,
  SweepOptions,
  TextOptions,
} from './run-types.ts';
import { runSweep } from './sweep.ts';
import { orUserFault, userFault } from './user-fault.ts';

/**
 * A scenario by the path of its file (from the present folder), a file URL such as `new URL('./crowd.yaml',
 * import.meta.url)`, or its name in the library. Throws `SwarmlabError` with everything that is wrong with it.
 */
export function loadScenario(reference: string | URL, options: ScenarioOptions = {}): Scenario {
  const named = reference instanceof URL ? relative('.', fileURLToPath(reference)) : reference;
  const settings = settingsOf(options);
  const overrides = orUserFault(() => parseSettings(settings));
  const read = () => load(named, libraryFolder, { overrides });
  return new LoadedByPrograms(orUserFault(read), settings, () =>
    orUserFault(() => loadSweep(named, libraryFolder, { overrides }).cells),
  );
}

/** A scenario, or a plan, from its text (YAML or JSON). Throws as `loadScenario`. */
export function parseScenario(text: string, options: TextOptions = {}): Scenario {
  const { file = 'scenario.yaml' } = options;
  const settings = settingsOf(options);
  const overrides = orUserFault(() => parseSettings(settings));
  const named = { text, file, path: file };
  const read = () => ({
    scenario: readScenario(named, libraryFolder, { overrides }),
    reference: file,
    path: file,
  });
  return new LoadedByPrograms(orUserFault(read), settings, () =>
    orUserFault(() => readSweep(named, libraryFolder, { overrides }).cells),
  );
}

/** Names of the scenarios that come with swarmlab. */
export function libraryScenarios(): string[] {
  return listScenarios(libraryFolder);
}

function settingsOf({ set = {} }: ScenarioOptions): string[] {
  return Object.entries(set).map(([path, value]) => `${path}=${value}`);
}

class LoadedByPrograms implements Scenario {
  readonly #loaded: LoadedScenario;
  readonly #settings: readonly string[];
  readonly #cells: () => readonly ReadScenario[];

  constructor(loaded: LoadedScenario, settings: readonly string[], cells: () => readonly ReadScenario[]) {
    this.#loaded = loaded;
    this.#settings = settings;
    this.#cells = cells;
  }

  get name(): string {
    return this.#loaded.scenario.name;
  }

  get description(): string {
    return this.#loaded.scenario.description;
  }

  get seed(): number {
    return this.#loaded.scenario.seed;
  }

  get groups(): readonly string[] {
    return this.#loaded.scenario.groups.map(({ name }) => name);
  }

  get expectations(): readonly string[] {
    return this.#loaded.scenario.expectations.map(({ text }) => text);
  }

  get cellCount(): number {
    return this.#loaded.scenario.sweep?.cells.length ?? 0;
  }

  plan(seed = this.seed): unknown {
    return expand(this.#loaded.scenario, seed);
  }

  async run(options: RunOptions = {}): Promise<Run> {
    const { seed = this.seed, net: network = 'sim', approximate = false, signal, onProgress } = options;
    try {
      const subject = subjectOf({ loaded: this.#loaded, seed }, this.#arguments(network, approximate));
      const { plan, expectations, baselines } = subject;
      if (network === 'sockets') refuseFor(network, plan);
      const startedAt = new Date();
      const outcome = await runPlan(plan, {
        network,
        expectations,
        ...(baselines === undefined ? {} : { baselines }),
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      const wallSeconds = (Date.now() - startedAt.getTime()) / 1000;
      return new FinishedRun({ subject, network, outcome, startedAt, wallSeconds });
    } catch (error) {
      throw userFault(error);
    }
  }

  async sweep(options: SweepOptions = {}): Promise<Sweep> {
    try {
      return await runSweep(this.#loaded.scenario, this.#cells, options);
    } catch (error) {
      throw userFault(error);
    }
  }

  /** As the command line that repeats the run has them. */
  #arguments(net: NetworkKind, approximate: boolean) {
    return { net, approximate, out: '', set: this.#settings };
  }
}
