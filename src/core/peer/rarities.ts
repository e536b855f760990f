/** What few connections need at a time: kept apart, so that the many idle ones stay small. */
import type { Blame } from '../observer.ts';
import { ExtensionName } from '../wire/extension-handshake.ts';

/** Why a connection ends, and whose fault it was. */
export interface Ending {
  readonly reason: string;
  readonly blame: Blame;
}

/** Under which numbers the remote understands extensions (BEP 10); 0: not at all. */
export interface RemoteExtensions {
  readonly pex: number;
  readonly metadata: number;
  readonly dontHave: number;
}

export const NO_EXTENSIONS: RemoteExtensions = { pex: 0, metadata: 0, dontHave: 0 };

/** Lists of pieces, which most remotes never need. */
export type PieceListName = 'allowedFast' | 'grantedFast' | 'suggested';

export interface Rarities extends Record<PieceListName, number[] | undefined> {
  ending: Ending | undefined;
  extensions: RemoteExtensions;
  uploadOnly: boolean;
}

export function createRarities(): Rarities {
  return {
    allowedFast: undefined,
    grantedFast: undefined,
    suggested: undefined,
    ending: undefined,
    extensions: NO_EXTENSIONS,
    uploadOnly: false,
  };
}

/** What is known after a handshake: what it does not name stays as it was (BEP 10). The same object when nothing changed. */
export function withNamed(known: RemoteExtensions, named: ReadonlyMap<string, number>): RemoteExtensions {
  const pex = named.get(ExtensionName.pex) ?? known.pex;
  const metadata = named.get(ExtensionName.metadata) ?? known.metadata;
  const dontHave = named.get(ExtensionName.dontHave) ?? known.dontHave;
  const isSame = pex === known.pex && metadata === known.metadata && dontHave === known.dontHave;
  return isSame ? known : { pex, metadata, dontHave };
}
