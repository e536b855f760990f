/** From the file's form to the scenario's: the settings of a client. */
import type { PlannedPlayback, PlannedStrategy } from '../plan.ts';
import type { ScenarioEngine } from '../scenario.ts';
import type { ScenarioFileGroup } from '../schema.ts';
import { STREAMING } from '../strategies/read-strategies.ts';

export function toEngine(engine: ScenarioFileGroup['engine']): ScenarioEngine {
  const seedChoker = engine['seed-choker'];
  const playback = playbackOf(engine);
  return {
    picker: playing(engine.picker, playback),
    choker: engine.choker,
    ...(seedChoker === undefined ? {} : { seedChoker }),
    ...(engine.suggest === 0 ? {} : { suggest: engine.suggest }),
    ...(engine['super-seeding'] ? { superSeeding: true } : {}),
    ...(engine['refill-slots'] ? { refillsSlots: true } : {}),
    ...(playback === undefined ? {} : { playback }),
    uploadSlots: engine['upload-slots'],
    connectionsMax: engine.connections,
    uploadLimitBytesPerSec: engine['upload-limit'],
    downloadLimitBytesPerSec: engine['download-limit'],
  };
}

/** As is said; else what a picker is made for that feeds a player. */
function playbackOf({ playback, picker }: ScenarioFileGroup['engine']): PlannedPlayback | undefined {
  if (playback !== undefined) return { bytesPerSec: playback.bitrate, delayUs: playback.delay };
  if (typeof picker === 'string' || 'module' in picker) return undefined;
  const { bitrate, delay } = picker.options;
  return bitrate === undefined || delay === undefined ? undefined : { bytesPerSec: bitrate, delayUs: delay };
}

/** The picker "streaming" feeds the player that is described, where it is given no other. */
function playing(picker: PlannedStrategy, playback: PlannedPlayback | undefined): PlannedStrategy {
  if (typeof picker !== 'string' && 'module' in picker) return picker;
  const { name, options } = typeof picker === 'string' ? { name: picker, options: {} } : picker;
  if (name !== STREAMING || playback === undefined || 'bitrate' in options) return picker;
  return { name, options: { ...options, bitrate: playback.bytesPerSec, delay: playback.delayUs } };
}
