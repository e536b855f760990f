/** Engines with a fault planted in them, one for each law: each turns its law red, and the message names who and what. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bitfield } from '../../../src/core/bitfield.ts';
import { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import { RarityIndex } from '../../../src/core/pieces/rarity-index.ts';
import { RequestScheduler } from '../../../src/core/pieces/request-scheduler.ts';
import { ChokeRounds } from '../../../src/core/torrent/choke-rounds.ts';
import { ConnectionTable } from '../../../src/core/torrent/connection-table.ts';
import { HaveExchange } from '../../../src/core/torrent/have-exchange.ts';
import type { ConnectionView } from '../../../src/core/torrent/inspection.ts';
import type { Torrent } from '../../../src/core/torrent/torrent.ts';
import { NothingLeftChecker } from '../../../src/sim/checkers/nothing-left.ts';
import { SimulatedStorage } from '../../../src/sim/simulated-storage.ts';
import { SimulationError } from '../../../src/sim/simulation.ts';
import { PIECE } from '../../support/engine-world.ts';
import type { Note } from '../../support/noted-observer.ts';
import { poisoner } from '../../support/scripted-peer.ts';
import { startSwarm, WatchedWorld } from './watched-world.ts';

afterEach(() => vi.restoreAllMocks());

/** A swarm with more leechers than slots, so that there is choking. */
function busySwarm(totalPieces = 40) {
  const world = new WatchedWorld({ totalBytes: totalPieces * PIECE });
  const swarm = startSwarm(world, ['ada', 'bob', 'cyd', 'dan', 'eve'], {
    uploadSlots: 2,
    upBytesPerSec: 1e5,
  });
  return { world, ...swarm };
}

/** An origin and one leecher in the middle of their transfer. */
function pair() {
  const world = new WatchedWorld({ totalBytes: 40 * PIECE });
  const origin = world.join('origin', { have: 'all', upBytesPerSec: 1e5 });
  const ada = world.join('ada', { peers: [origin.address] });
  world.runChecked(1);
  return { world, origin, ada };
}

/** The number of the only connection of a peer. */
function numberOf({ torrent }: { readonly torrent: Torrent }): number {
  const [connection] = torrent.inspect().connections;
  return (connection as ConnectionView).label;
}

describe('an engine', () => {
  it('that says it chokes a peer and goes on serving it', () => {
    const { world } = busySwarm();
    vi.spyOn(PeerConnection.prototype, 'choke').mockImplementation(() => {});
    expect(() => world.run(60)).toThrow(
      /^(\w+) served a block of piece \d+ to \w+, which it chokes and has not granted that piece \(seed 1, at \d+ us, event \d+\)$/,
    );
  });

  it('that reports a choke it has not sent, to a peer that asks for nothing', () => {
    const { world, origin } = busySwarm();
    world.runChecked(1);
    const unchoked = [...origin.torrent.inspect().connections].find(({ amChoking }) => !amChoking);
    origin.watched.choked(unchoked?.label as number);
    expect(() => world.check()).toThrow(/^origin unchokes \w+ and has reported the opposite$/);
  });

  it('that forgets to count down when a peer is gone', () => {
    const { world, leechers } = busySwarm();
    world.runChecked(5);
    vi.spyOn(RarityIndex.prototype, 'removeSeed').mockImplementation(() => {});
    vi.spyOn(RarityIndex.prototype, 'decrement').mockImplementation(() => {});
    world.leave(leechers[0] as (typeof leechers)[0]);
    expect(() => world.runChecked(2)).toThrow(
      /^\w+ counts \d copies of piece \d+, and \d of its connected peers have it$/,
    );
  });

  it('that tells others of a piece before its check', () => {
    const { world } = busySwarm();
    const receive = RequestScheduler.prototype.receive;
    vi.spyOn(RequestScheduler.prototype, 'receive').mockImplementation(function (
      this: RequestScheduler,
      connection,
      piece,
      block,
      others,
    ) {
      const active = receive.call(this, connection, piece, block, others);
      if (active?.missing === 0) for (const other of others) other.announcePiece(piece);
      return active;
    });
    expect(() => world.run(60)).toThrow(
      /^\w+ has told \w+ of more pieces than it has verified before its check of piece \d+ was over \(seed/,
    );
  });

  it('that is believed to have what it has never verified', () => {
    const world = new WatchedWorld();
    const ada = world.join('ada');
    world.join('bob', { peers: [ada.address] });
    world.runChecked(1);
    const [toBob] = ada.torrent.inspect().connections;
    (toBob as PeerConnection).announcePiece(3);
    // As if it had not been counted among its claims: what the remote believes gives it away all the same.
    Object.defineProperty(toBob, 'claims', { value: 0 });
    world.run(1);
    expect(() => world.check()).toThrow('ada has told bob that it has piece 3, which it has never verified');
  });

  it('that receives a block which the remote has not sent, or not so often', () => {
    const { ada } = pair();
    expect(() => ada.watched.blockReceived(numberOf(ada), 39, 0, 16_384)).toThrow(
      'ada received the block at 0 of piece 39 from origin, which has not sent it, or not so often',
    );
    const [received] = ada.observer.of('blockReceived');
    const [piece, begin, length] = (received as Note).details as [number, number, number];
    expect(() => ada.watched.blockWasted(numberOf(ada), piece, begin, length)).toThrow(/not so often$/);
  });

  it('that sends what nobody asked it for', () => {
    const { world, origin } = pair();
    for (let count = 0; count < 2; count++) origin.watched.blockSent(numberOf(origin), 39, 16_384, 16_384);
    expect(() => world.check()).toThrow(
      'origin sends ada the block at 16384 of piece 39, which was not asked for',
    );
  });

  it('that has more requests out than it ever may', () => {
    const { world, ada } = pair();
    const [toOrigin] = ada.torrent.inspect().connections as Iterable<PeerConnection>;
    while ((toOrigin as PeerConnection).requests.outstanding <= 500) toOrigin?.requests.add(79);
    expect(() => world.check()).toThrow('ada has 501 requests out to origin, at most 500');
  });

  it('that queues more requests of a peer than it told it', () => {
    const { world, origin } = pair();
    const [toAda] = origin.torrent.inspect().connections as Iterable<PeerConnection>;
    vi.spyOn((toAda as PeerConnection).uploads, 'length', 'get').mockReturnValue(501);
    expect(() => world.check()).toThrow('origin queues 501 requests of ada, at most 500');
  });

  it('that sends a block twice, and is thrown out for it by another', () => {
    const { world } = pair();
    const sendBlock = PeerConnection.prototype.sendBlock;
    vi.spyOn(PeerConnection.prototype, 'sendBlock').mockImplementation(function (
      this: PeerConnection,
      piece,
      begin,
      payload,
    ) {
      for (let count = 0; count < 2; count++) sendBlock.call(this, piece, begin, payload);
    });
    expect(() => world.run(10)).toThrow(
      /^ada ends its connection with origin: sent a block that nobody asked for \(seed 1/,
    );
  });

  it('that unchokes more peers than it has slots for', () => {
    const { world } = busySwarm();
    for (const engine of world.watch.running) engine.limits = { uploadSlots: 1, connectionsMax: 50 };
    expect(() => world.run(60)).toThrow(/^\w+ unchokes \w+ as number 2, with 1 slots \(seed/);
  });

  it('that lets in more connections than it may', () => {
    const admit = ConnectionTable.prototype.admit;
    const world = new WatchedWorld();
    const seed = world.join('origin', { have: 'all', connectionsMax: 1 });
    vi.spyOn(ConnectionTable.prototype, 'admit').mockImplementation(function (
      this: ConnectionTable,
      connection,
      remoteId,
    ) {
      const refusal = admit.call(this, connection, remoteId);
      if (refusal === 'too many connections') (this.ready as PeerConnection[]).push(connection);
      return refusal === 'too many connections' ? undefined : refusal;
    });
    for (const name of ['ada', 'bob'] as const) world.join(name, { peers: [seed.address] });
    world.run(0.1);
    expect(() => world.check()).toThrow(/^origin has 2 connections, at most 1$/);
  });

  it('that trusts a disk that has lost a piece', () => {
    const world = new WatchedWorld();
    expect(() => world.join('ada', { have: 'none', onDisk: 'everything' })).toThrow(
      'ada found piece 0, and its disk does not hold what the source has',
    );
  });

  it('that calls a corrupt piece verified', () => {
    const world = new WatchedWorld();
    vi.spyOn(SimulatedStorage.prototype, 'hash').mockImplementation((piece) => world.content.digest(piece));
    world.join('ada', { peers: [world.peer({ onMessage: poisoner }).address] });
    expect(() => world.run(10)).toThrow(
      /^ada verified piece \d, and its disk does not hold what the source has \(seed 1/,
    );
  });

  it('that drops a piece which its disk still holds', () => {
    const { world, origin } = busySwarm();
    world.runChecked(1);
    (origin.torrent.inspect().have as Bitfield).clear(7);
    expect(() => world.check()).toThrow(
      'origin no longer has piece 7 in its set, and its disk still holds it',
    );
  });

  it('that has a piece in its set which it never verified', () => {
    const { world, leechers } = busySwarm();
    const [ada] = leechers as [(typeof leechers)[0]];
    (ada.torrent.inspect().have as Bitfield).set(7);
    expect(() => world.check()).toThrow('ada has piece 7 in its set and has not verified it');
  });

  it('that is complete with a piece missing', () => {
    const { world, leechers } = busySwarm();
    world.runChecked(1);
    const [ada] = leechers as [(typeof leechers)[0]];
    expect(() => ada.watched.completed()).toThrow(/^ada claims to be complete with \d+ of 40 pieces$/);
  });

  it('that does not stop a timer of its own', () => {
    const { world, origin, leechers } = busySwarm();
    world.run(1);
    vi.spyOn(HaveExchange.prototype, 'stop').mockImplementation(() => {});
    vi.spyOn(ChokeRounds.prototype, 'stop').mockImplementation(() => {});
    const everybody = [origin, ...leechers];
    for (const peer of everybody) world.leave(peer);
    const checker = new NothingLeftChecker(world.internet, {
      clocks: () =>
        everybody.map(({ clock, host }) => ({ name: host.name, pendingCount: clock.pendingCount })),
      worldHandles: () => 0,
    });
    world.run(3);
    expect(() => checker.check()).toThrow(/^10\.0\.0\.1 still has 1 timers$/);
  });
});

it('a violation in the run of a simulation names the time and the event', () => {
  const { world } = busySwarm();
  vi.spyOn(PeerConnection.prototype, 'choke').mockImplementation(() => {});
  let caught: unknown;
  try {
    world.run(60);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(SimulationError);
  expect((caught as SimulationError).nowUs).toBeGreaterThan(10_000_000);
});
