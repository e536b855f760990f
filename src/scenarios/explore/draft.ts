/**
 * A scenario as its file would have it, before anything is parsed: plain JSON data, which is YAML too. Drawn at random,
 * made smaller step by step, and written to a file in the end.
 */

export interface DraftLink {
  readonly down: string;
  readonly up: string;
  readonly latency?: string;
  readonly queue?: string;
  readonly jitter?: string;
  readonly loss?: string;
  readonly 'loss-burst'?: number;
  readonly schedule?: readonly Readonly<Record<string, string>>[];
}

export interface DraftGroup {
  readonly group: string;
  readonly count: number;
  readonly have?: 'all';
  readonly link: DraftLink;
  readonly [key: string]: unknown;
}

/** One time and one verb with its map. */
export type DraftEvent = { readonly at: string } & Readonly<Record<string, unknown>>;

export interface ScenarioDraft {
  readonly version: 1;
  readonly name: string;
  readonly description?: string;
  readonly seed: number;
  readonly time: { readonly until: string; readonly heal?: string; readonly starts?: string };
  readonly payload?: 'bytes';
  readonly torrent: { readonly size: string; readonly piece: string };
  readonly discovery?: Readonly<Record<string, unknown>>;
  readonly internet?: Readonly<Record<string, unknown>>;
  readonly peers: readonly DraftGroup[];
  readonly events?: readonly DraftEvent[];
  readonly expect: readonly { readonly name: string; readonly that: string }[];
}

/** How many peers a draft has. */
export function peerCount({ peers }: ScenarioDraft): number {
  return peers.reduce((sum, { count }) => sum + count, 0);
}
