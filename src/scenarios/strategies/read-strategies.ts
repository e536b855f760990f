/**
 * The strategies that a scenario names, where more has to be known than their form: modules of the user's own are read,
 * and a picker that feeds a player must know of one.
 */
import { complain, quote } from '../complaint.ts';
import type { ScenarioProblem } from '../errors.ts';
import type { NamedFiles } from '../named-files.ts';
import { asList, asMap } from '../rules/plain-data.ts';
import type { Path, Places } from '../source.ts';
import {
  isModulePath,
  type ModuleOptions,
  type StrategyModule,
  type StrategyRole,
} from './strategy-module.ts';

/** The picker that has to know of a player. */
export const STREAMING = 'streaming';

const KEYS: readonly { readonly key: string; readonly role: StrategyRole }[] = [
  { key: 'picker', role: 'picker' },
  { key: 'choker', role: 'choker' },
  { key: 'seed-choker', role: 'choker' },
];

interface Mention {
  readonly path: Path;
  readonly role: StrategyRole;
  readonly name: string;
  readonly options: Record<string, unknown>;
  /** The settings that it stands among. */
  readonly engine: Record<string, unknown>;
}

/** The modules that `data` names, each once; what is wrong is added to `problems`. */
export function readStrategies(
  source: Places,
  data: Record<string, unknown>,
  files: NamedFiles,
  problems: ScenarioProblem[],
): readonly StrategyModule[] {
  const modules = new Map<string, StrategyModule>();
  for (const { path, role, name, options, engine } of mentions(data)) {
    if (name === STREAMING && options.bitrate === undefined && asMap(engine.playback).bitrate === undefined) {
      const complaint = complain(
        'the picker "streaming" has to know the rate at which the content is played',
        {
          expected: 'its option, { streaming: { bitrate: 4 Mbit/s } }, or "playback" beside it',
        },
      );
      problems.push(source.atValue(path, complaint));
    }
    if (!isModulePath(name)) continue;
    const loaded = files.readStrategy(role, name, options as ModuleOptions, source.pathOf(path));
    if (!loaded.ok) {
      problems.push(source.atValue(path, loaded.complaint));
      continue;
    }
    const key = `${role} ${name}`;
    const known = modules.get(key);
    if (known !== undefined && known.sha256 !== loaded.value.sha256) {
      const complaint = complain(`${quote(name)} is another file here than elsewhere in this scenario`, {
        expected: 'one path for each file, such as one from the root of the file system',
      });
      problems.push(source.atValue(path, complaint));
    }
    modules.set(key, loaded.value);
  }
  return [...modules.values()];
}

function mentions(data: Record<string, unknown>): Mention[] {
  const places: { readonly path: Path; readonly engine: Record<string, unknown> }[] = [
    ...asList(data.peers).map((group, index) => ({
      path: ['peers', index, 'engine'],
      engine: asMap(asMap(group).engine),
    })),
    ...asList(data.events).map((event, index) => ({
      path: ['events', index, 'engine'],
      engine: asMap(asMap(event).engine),
    })),
  ];
  return places.flatMap(({ path, engine }) =>
    KEYS.flatMap(({ key, role }) => {
      const value = engine[key];
      const common = { path: [...path, key], role, engine };
      if (typeof value === 'string') return [{ ...common, name: value, options: {} }];
      const [entry] = Object.entries(asMap(value));
      return entry === undefined ? [] : [{ ...common, name: entry[0], options: asMap(entry[1]) }];
    }),
  );
}
