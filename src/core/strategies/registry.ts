/** The strategies by name. Scenarios and the command line know exactly these. */
import type { Choker } from './choker.ts';
import { NeverUnchoke } from './never-unchoke.ts';
import type { PiecePicker } from './picker.ts';
import { RandomPicker } from './random-picker.ts';
import { RarestFirstPicker } from './rarest-first.ts';
import { SeedRotation } from './seed-rotation.ts';
import { SequentialPicker } from './sequential-picker.ts';
import { TitForTat } from './tit-for-tat.ts';

/** A strategy's name and what makes a fresh one: strategies may keep state of their own, so peers never share one. */
export const pickers: ReadonlyMap<string, () => PiecePicker> = new Map<string, () => PiecePicker>([
  ['rarest-first', () => new RarestFirstPicker()],
  ['random', () => new RandomPicker()],
  ['sequential', () => new SequentialPicker()],
]);

export const chokers: ReadonlyMap<string, () => Choker> = new Map<string, () => Choker>([
  ['tit-for-tat', () => new TitForTat()],
  ['seed-rotation', () => new SeedRotation()],
  ['never', () => new NeverUnchoke()],
]);
