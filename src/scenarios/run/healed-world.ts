/** Judges a simulated run that was healed: whether everybody who could complete has done so. */
import type { Plan } from '../plan.ts';
import { type HealedPeer, type HealVerdict, judgeHealing } from './heal-demand.ts';
import type { Member } from './member.ts';
import type { SimulatedMachine } from './simulated-machines.ts';

/** A leecher is given this long, and the time that the whole content takes the slowest of the serving lines ten times over. */
const LEAST_US = 20 * 60 * 1_000_000;
const PATIENCE = 10;

/** Undefined for a plan that is not healed, or a run that was over before it was. */
export function judgeHealed(plan: Plan, members: readonly Member[], endUs: number): HealVerdict | undefined {
  if (plan.healAtUs === undefined || endUs < plan.healAtUs) return undefined;
  // Nothing is owed to those who have left for good.
  const staying = members.filter(({ hasLeft }) => !hasLeft);
  const byPeer = new Map<HealedPeer, Member>(staying.map((member) => [healedPeer(plan, member), member]));
  const peers = [...byPeer.keys()];
  return judgeHealing({
    peers,
    pieceCount: Math.ceil(totalBytes(plan) / plan.torrent.pieceLengthBytes),
    healedAtUs: plan.healAtUs,
    endUs,
    boundUs: LEAST_US + PATIENCE * slowestUs(plan),
    // Somebody has to be able to take a call.
    canConnect: (left, right) => [left, right].some((peer) => byPeer.get(peer)?.peer.link.nat === 'open'),
  });
}

function healedPeer(plan: Plan, member: Member): HealedPeer {
  const { peer, program, engine, machine } = member;
  const torrent = program?.torrent;
  const { host } = machine as SimulatedMachine;
  const choker = peer.have === 'all' ? (engine.seedChoker ?? engine.choker) : engine.choker;
  const serves = choker !== 'never' && (plan.swarm || peer.have === 'all');
  return {
    id: peer.id,
    present: torrent !== undefined,
    honest: peer.behaviour === 'honest',
    serves,
    sinceUs: member.presentSinceUs,
    claimsCompletion: torrent?.status().state === 'seeding',
    cutOff: host.up.capacity <= 0 || host.down.capacity <= 0 ? 'its line carries nothing' : undefined,
    storageFailed: torrent?.status().state === 'failed' ? 'it is paused' : undefined,
    // What one that is away has stored is of use to itself alone.
    has: (piece) => torrent?.hasPiece(piece) ?? member.complete,
  };
}

function totalBytes(plan: Plan): number {
  return plan.torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
}

/** How long it takes the slowest line to give the content to everybody. */
function slowestUs(plan: Plan): number {
  const { peers } = plan;
  const rates = peers.flatMap(({ link, engine }) => [
    link.upBytesPerSec,
    link.downBytesPerSec,
    ...[engine.uploadLimitBytesPerSec, engine.downloadLimitBytesPerSec].filter((limit) => limit > 0),
    ...link.caps.map(({ then, bytes, periodUs }) =>
      then.kind === 'throttle' ? then.bytesPerSec : (bytes * 1e6) / periodUs,
    ),
  ]);
  const slowest = Math.min(...rates.filter((rate) => rate > 0));
  return (totalBytes(plan) * peers.length * 1e6) / slowest;
}
