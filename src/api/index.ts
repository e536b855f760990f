/**
 * `import … from 'swarmlab'`: what the commands do, for programs. What is exported here is what is kept; docs/API.md shows
 * each of it. Instants and durations are microseconds or say their unit in their name, sizes are bytes.
 */
export { VERSION } from '../cli/version.ts';
export { SwarmlabError } from '../client/errors.ts';
export { scrapeTrackers } from '../client/scrape-trackers.ts';
export { parseTorrent } from '../client/torrent-info.ts';
export type {
  CreatedTorrent,
  CreateTorrentOptions,
  TorrentFileInfo,
  TorrentInfo,
} from '../client/torrent-types.ts';
export { startTracker } from '../client/tracker.ts';
export type {
  ScrapeOptions,
  SwarmCounts,
  Tracker,
  TrackerCounts,
  TrackerOptions,
} from '../client/tracker-types.ts';
export type { Random } from '../core/ports.ts';
export type { ChokeCandidate, ChokeRound } from '../core/strategies/choker.ts';
export type { PickView } from '../core/strategies/picker.ts';
export { openClient } from './client.ts';
export type {
  AddOptions,
  Client,
  ClientOptions,
  FilePriorities,
  SeedOptions,
  Torrent,
  TorrentStatus,
} from './client-types.ts';
export { formatMagnet, type Magnet, parseMagnet } from './magnet.ts';
export type {
  Comparison,
  Measured,
  Run,
  RunOptions,
  RunProgress,
  Scenario,
  ScenarioOptions,
  Sweep,
  SweepOptions,
  SweepRun,
  TextOptions,
  Verdict,
} from './run-types.ts';
export { libraryScenarios, loadScenario, parseScenario } from './scenario.ts';
export type { Choker, PiecePicker } from './strategy-types.ts';
export { compareSweeps } from './sweep.ts';
export { createTorrent } from './torrents.ts';
