/** What a trace says about its plan before the run begins. */
import type { TraceHeader } from '../../trace/trace.ts';
import type { Plan } from '../plan.ts';

export function traceHeader(plan: Plan): TraceHeader {
  const totalBytes = plan.torrent.files.reduce((sum, file) => sum + file.lengthBytes, 0);
  return {
    version: 1,
    scenario: plan.name,
    seed: plan.seed,
    sampleUs: plan.sampleUs,
    startsAtUs: plan.startsAtUs,
    torrent: {
      name: plan.torrent.name,
      totalBytes,
      pieceLengthBytes: plan.torrent.pieceLengthBytes,
      pieceCount: Math.ceil(totalBytes / plan.torrent.pieceLengthBytes),
    },
    groups: plan.groups,
    ...(plan.strategyModules === undefined
      ? {}
      : { strategies: plan.strategyModules.map(({ role, name }) => `${role} ${name}`) }),
    peers: plan.peers.map((peer) => ({
      id: peer.id,
      group: peer.group,
      upBytesPerSec: peer.link.upBytesPerSec,
      downBytesPerSec: peer.link.downBytesPerSec,
      have: typeof peer.have === 'string' ? peer.have : 'some',
      behaviour: peer.behaviour,
      nat: peer.link.nat,
      ...(peer.engine.playback === undefined ? {} : { playback: peer.engine.playback }),
    })),
  };
}
