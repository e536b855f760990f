/**
 * From the text of a scenario file to a scenario. Everything that is wrong is found and reported at once; nothing but
 * `ScenarioError` is thrown, whatever the text is.
 */
import { type Complaint, complain } from './complaint.ts';
import { ScenarioError, type ScenarioProblem } from './errors.ts';
import { compileExpectation, type Expectation } from './expectations/expectation.ts';
import { issueProblems } from './issues.ts';
import { checkRules, groupNames } from './rules.ts';
import type { Arrival, Scenario, ScenarioGroup, ScenarioTorrent } from './scenario.ts';
import { type ScenarioFile, type StrategyNames, scenarioSchema } from './schema.ts';
import { ScenarioSource } from './source.ts';

/**
 * Parses and checks a scenario. `file` is a name for messages; `strategies` are the registered names of pickers and
 * chokers. Throws `ScenarioError`.
 */
export function parseScenario(text: string, file: string, strategies: StrategyNames): Scenario {
  const source = new ScenarioSource(text, file);
  const { data } = source;
  const problems: ScenarioProblem[] = [...source.problems];
  if (data === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) {
    if (problems.length === 0) problems.push(source.atKey([], notAMap(data)));
    throw new ScenarioError(problems);
  }

  const fields = Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));
  const schema = scenarioSchema(strategies);
  // Without compiled checks: each schema is used once, and a web page may forbid compiling.
  const parsed = schema.safeParse(fields, { jitless: true });
  if (!parsed.success) problems.push(...issueProblems(source, schema, fields, parsed.error.issues));
  for (const { path, atKey, complaint } of checkRules(fields)) {
    problems.push(atKey ? source.atKey(path, complaint) : source.atValue(path, complaint));
  }
  const expectations = compileExpectations(source, fields, problems);
  if (!parsed.success || problems.length > 0) throw new ScenarioError(problems);
  return toScenario(parsed.data, expectations);
}

function notAMap(data: unknown): Complaint {
  return complain(
    data === undefined || data === null ? 'the file is empty' : 'the file is not a map of keys and values',
    {
      expected: 'a scenario: version, name, time, torrent, peers, expect',
    },
  );
}

/** Expressions are compiled from the plain data, so that their faults show even where other keys are wrong. */
function compileExpectations(
  source: ScenarioSource,
  data: Record<string, unknown>,
  problems: ScenarioProblem[],
): Expectation[] {
  const compiled: Expectation[] = [];
  const groups = groupNames(data);
  const entries: unknown = data.expect;
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    const { name, that } = (entry ?? {}) as Record<string, unknown>;
    if (typeof that !== 'string') continue;
    const path = ['expect', index, 'that'];
    const result = compileExpectation(String(name), that, source.lineOf(path), groups);
    if (result.ok) compiled.push(result.value);
    else for (const complaint of result.complaints) problems.push(source.atValue(path, complaint));
  }
  return compiled;
}

function toScenario(file: ScenarioFile, expectations: readonly Expectation[]): Scenario {
  return {
    version: file.version,
    name: file.name,
    description: file.description,
    seed: file.seed,
    time: { untilUs: file.time.until, sampleUs: file.time.sample },
    payload: file.payload,
    torrent: toTorrent(file),
    tracker: {
      transport: file.discovery.tracker.transport,
      intervalUs: file.discovery.tracker.interval,
      numwant: file.discovery.tracker.numwant,
    },
    groups: file.peers.map(toGroup),
    expectations,
  };
}

function toTorrent(file: ScenarioFile): ScenarioTorrent {
  const { torrent } = file;
  const name = torrent.name ?? file.name;
  const files = torrent.files?.map(({ path, size }) => ({ path: path.split('/'), lengthBytes: size }));
  return {
    name,
    pieceLengthBytes: torrent.piece,
    files: files ?? [{ path: [name], lengthBytes: torrent.size ?? 0 }],
  };
}

function toGroup(group: ScenarioFile['peers'][number]): ScenarioGroup {
  const { link, engine } = group;
  return {
    name: group.group,
    count: group.count,
    have: group.have,
    link: {
      upBytesPerSec: link.up,
      downBytesPerSec: link.down,
      latencyUs: link.latency,
      queueBytes: link.queue,
    },
    arrive: toArrival(group.arrive),
    stayAfterCompleteUs: group.stay['after-complete'],
    engine: {
      picker: engine.picker,
      choker: engine.choker,
      uploadSlots: engine['upload-slots'],
      connectionsMax: engine.connections,
      uploadLimitBytesPerSec: engine['upload-limit'],
      downloadLimitBytesPerSec: engine['download-limit'],
    },
  };
}

function toArrival(arrive: ScenarioFile['peers'][number]['arrive']): Arrival {
  if ('at' in arrive) return { process: 'at', atUs: arrive.at };
  if (arrive.process === 'flash') return { process: 'flash', withinUs: arrive.within };
  return { process: 'poisson', meanIntervalUs: arrive.rate };
}
