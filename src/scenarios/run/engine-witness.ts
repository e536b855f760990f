/** Holds the honest engines of a simulated swarm to the laws on engines, session by session. */
import type { TorrentObserver } from '../../core/observer.ts';
import type { Checker } from '../../sim/checkers/checker.ts';
import { EngineWatch } from '../../sim/checkers/engine-watch.ts';
import type { Plan } from '../plan.ts';
import type { Member } from './member.ts';
import type { SimulatedMachine } from './simulated-machines.ts';
import type { SwarmWitness, WitnessedProgram } from './swarm.ts';

export class EngineWitness implements SwarmWitness {
  readonly #watch: EngineWatch;

  constructor({ peers, torrent }: Plan, pieceCount: number) {
    this.#watch = new EngineWatch({
      names: peers.map(({ id }) => id),
      pieceCount,
      pieceLengthBytes: torrent.pieceLengthBytes,
    });
  }

  get checkers(): readonly Checker[] {
    return this.#watch.checkers;
  }

  /** Ends of connections that are watched, and the bytes that are kept for them. */
  get size(): EngineWatch['size'] {
    return this.#watch.size;
  }

  /** Looks at every engine that runs, for all the laws at once. */
  check(): void {
    this.#watch.check();
  }

  begin(member: Member, observer: TorrentObserver): WitnessedProgram | undefined {
    if (member.peer.behaviour !== 'honest' && member.peer.behaviour !== 'free-rider') return undefined;
    const { storage } = member.machine as SimulatedMachine;
    // Slots that an event takes away are given up in the next round of choking only, connections when they end.
    let uploadSlots = 0;
    let connectionsMax = 0;
    const limits = () => {
      uploadSlots = Math.max(uploadSlots, member.engine.uploadSlots);
      connectionsMax = Math.max(connectionsMax, member.engine.connectionsMax);
      return { uploadSlots, connectionsMax };
    };
    const watched = this.#watch.begin({
      peer: member.index,
      disk: { holds: (piece) => storage?.holds(piece) === true },
      limits: limits(),
      observer,
    });
    return {
      observer: watched,
      onTorrent: (torrent) => watched.inspect(torrent.inspect()),
      configured: () => {
        watched.limits = limits();
      },
      end: () => watched.end(),
    };
  }
}
