/**
 * What a run that heals owes at its end. Faults are over, so: if every piece has a copy among the honest peers that are
 * present, every leecher that stays is complete; if some piece has none, nobody who lacks it claims completion. A leecher
 * that is not complete is excused only for a reason that is worked out here and named in the verdict.
 */

export interface HealedPeer {
  readonly id: string;
  /** Its machine is on at the end, and it has not left. */
  readonly present: boolean;
  /** What a peer that is not honest has or claims counts for nothing, and nothing is owed to it. */
  readonly honest: boolean;
  /** It uploads to those it may: false for a choker that never unchokes. */
  readonly serves: boolean;
  /** Since when it is present without a break, in microseconds. */
  readonly sinceUs: number;
  readonly claimsCompletion: boolean;
  /** Why its line carries nothing ("its cap of 2 GiB is used up"); undefined when it does. */
  readonly cutOff: string | undefined;
  /** Why it stores nothing more; undefined when it does. */
  readonly storageFailed: string | undefined;
  /** Whether it holds a verified copy. */
  has(piece: number): boolean;
}

export interface HealedWorld {
  readonly pieceCount: number;
  readonly peers: readonly HealedPeer[];
  readonly healedAtUs: number;
  readonly endUs: number;
  /** Time to completion that a leecher is given, from the healing or from its last return. */
  readonly boundUs: number;
  /** Whether a stream between the two can be opened by at least one of them (their kinds of NAT). */
  canConnect(left: HealedPeer, right: HealedPeer): boolean;
}

/**
 * `complete`: as demanded. `excused`: not complete, for the reason given. `pending`: its time is not up. `stuck`: not
 * complete and no excuse. `false claim`: says it is complete and is not.
 */
export type PeerOutcome = 'complete' | 'excused' | 'pending' | 'stuck' | 'false claim';

export interface PeerJudgement {
  readonly id: string;
  readonly outcome: PeerOutcome;
  /** For people; empty for `complete`. */
  readonly reason: string;
}

export interface HealVerdict {
  /** `undecided`: nothing is wrong, but somebody's time is not up, so that nothing is proved either. */
  readonly status: 'held' | 'broken' | 'undecided';
  /** Pieces of which no honest present peer has a copy. */
  readonly lostPieces: readonly number[];
  /** Of every honest peer, in their order. */
  readonly peers: readonly PeerJudgement[];
}

export function judgeHealing(world: HealedWorld): HealVerdict {
  const holders = findHolders(world);
  const lostPieces = [...holders.keys()].filter((piece) => holders[piece]?.length === 0);
  const peers = world.peers.filter(({ honest }) => honest).map((peer) => judgePeer(world, holders, peer));
  const has = (outcome: PeerOutcome): boolean => peers.some((each) => each.outcome === outcome);
  const broken = has('stuck') || has('false claim');
  return { status: broken ? 'broken' : has('pending') ? 'undecided' : 'held', lostPieces, peers };
}

/** By piece: the honest present peers that have it. */
function findHolders(world: HealedWorld): HealedPeer[][] {
  const present = world.peers.filter((peer) => peer.honest && peer.present);
  return Array.from({ length: world.pieceCount }, (_, piece) => present.filter((peer) => peer.has(piece)));
}

function judgePeer(world: HealedWorld, holders: readonly HealedPeer[][], peer: HealedPeer): PeerJudgement {
  const { id } = peer;
  const missing = [...holders.keys()].filter((piece) => !peer.has(piece));
  const first = missing[0];
  if (first === undefined) return { id, outcome: 'complete', reason: '' };
  if (peer.claimsCompletion) {
    return { id, outcome: 'false claim', reason: `claims completion without ${pieces(missing)}` };
  }
  const excuse = findExcuse(world, holders, peer, missing);
  if (excuse !== undefined) return { id, outcome: 'excused', reason: excuse };
  const givenUs = world.endUs - Math.max(world.healedAtUs, peer.sinceUs);
  const time = `${Math.floor(givenUs / 1e6)} s`;
  if (givenUs < world.boundUs) {
    return { id, outcome: 'pending', reason: `lacks ${pieces(missing)}, and has had ${time} only` };
  }
  const holder = holders[first]?.find((each) => each.serves && each.cutOff === undefined);
  const where = `piece ${first} is to be had from ${holder?.id}`;
  return { id, outcome: 'stuck', reason: `lacks ${pieces(missing)} after ${time}, and ${where}` };
}

function findExcuse(
  world: HealedWorld,
  holders: readonly HealedPeer[][],
  peer: HealedPeer,
  missing: readonly number[],
): string | undefined {
  if (!peer.present) return 'absent';
  if (peer.cutOff !== undefined) return `cut off: ${peer.cutOff}`;
  if (peer.storageFailed !== undefined) return `its storage failed: ${peer.storageFailed}`;
  const lost = missing.filter((piece) => holders[piece]?.length === 0);
  if (lost.length > 0) return `no copy is left of ${pieces(lost)}`;
  const sources = findSources(world, peer);
  const outOfReach = missing.find((piece) => !holders[piece]?.some((holder) => sources.has(holder)));
  if (outOfReach === undefined) return undefined;
  const whose = (holders[outOfReach] as HealedPeer[]).map(describeHolder).join(', ');
  return `no path to piece ${outOfReach}, held by ${whose}`;
}

/** Everybody whose pieces can come to the peer, directly or passed on by others. */
function findSources(world: HealedWorld, peer: HealedPeer): ReadonlySet<HealedPeer> {
  const sources = new Set<HealedPeer>();
  const queue = [peer];
  for (const receiver of queue) {
    for (const sender of world.peers) {
      const gives = sender.honest && sender.present && sender.serves && sender.cutOff === undefined;
      if (!gives || sender === peer || sources.has(sender) || !world.canConnect(sender, receiver)) continue;
      sources.add(sender);
      // Who stores nothing passes on nothing but what it has already.
      if (sender.storageFailed === undefined) queue.push(sender);
    }
  }
  return sources;
}

function describeHolder({ id, cutOff, serves }: HealedPeer): string {
  if (cutOff !== undefined) return `${id} (cut off: ${cutOff})`;
  return serves ? id : `${id} (which never uploads)`;
}

/** "piece 3", "pieces 3, 5 and 12 more". */
function pieces(list: readonly number[]): string {
  const named = list.slice(0, 3).join(', ');
  const rest = list.length > 3 ? ` and ${list.length - 3} more` : '';
  return `${list.length === 1 ? 'piece' : 'pieces'} ${named}${rest}`;
}
