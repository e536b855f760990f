/** Real clients on simulated storages that outlive them, for tests of what the engine does about a disk. */
import { Client } from '../../src/core/client.ts';
import { StreamHttpClient } from '../../src/core/http/stream-client.ts';
import type { Address, Disk, DiskHandler, Payload } from '../../src/core/ports.ts';
import { RarestFirstPicker } from '../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../src/core/strategies/tit-for-tat.ts';
import type { TorrentOptions } from '../../src/core/torrent/torrent-options.ts';
import type { DiskPort } from '../../src/sim/disk-port.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import type { HostOptions } from '../../src/sim/simulated-host.ts';
import { SimulatedStorage, type StorageOptions } from '../../src/sim/simulated-storage.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { type EngineWorld, PORT, type Testee } from '../support/engine-world.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { NotedObserver } from '../support/noted-observer.ts';

export interface Session extends Omit<Testee, 'disk'> {
  readonly disk: WatchedDisk;
  /** The power fails. */
  crash(): void;
}

export function storageIn(world: EngineWorld, options: Partial<StorageOptions> = {}): SimulatedStorage {
  return new SimulatedStorage(world.simulation, world.content, {
    payload: world.payload,
    have: 'none',
    hasher: nodeHasher,
    ...options,
  });
}

/** A client with a host of its own, in a new session on the storage. */
export function startSession(
  world: EngineWorld,
  storage: SimulatedStorage,
  settings: Partial<TorrentOptions> & { readonly link?: Partial<HostOptions> } = {},
): Session {
  const { link, ...torrentSettings } = settings;
  const host = world.host(link);
  const clock = new VirtualClock(world.simulation);
  const network = host.network;
  const observer = new NotedObserver(() => world.simulation.nowUs);
  const disk = new WatchedDisk(storage.open());
  let address: Address | undefined;
  const client = new Client(
    {
      clock,
      network,
      http: new StreamHttpClient({ clock, network }),
      hasher: nodeHasher,
      random: SeededRandom.ofRun(world.simulation.seed).fork(`session-${host.address}`),
    },
    {
      port: PORT,
      onListening: (at) => {
        address = at;
      },
      onListenError: (message) => {
        throw new Error(message);
      },
    },
  );
  client.start();
  while (address === undefined) world.simulation.step();
  const torrent = client.add(
    { disk, observer },
    {
      metainfo: world.metainfo,
      onDisk: 'nothing',
      picker: new RarestFirstPicker(),
      choker: new TitForTat(),
      ...torrentSettings,
    },
  );
  const crash = (): void => {
    clock.stop();
    host.vanish();
    storage.crash();
  };
  return { client, torrent, address, host, disk, observer, crash };
}

/** Passes everything on, and knows how much waits to be written. */
export class WatchedDisk implements Disk {
  readonly #port: DiskPort;
  #waitingBytes = 0;
  mostWaitingBytes = 0;
  writes = 0;

  constructor(port: DiskPort) {
    this.#port = port;
  }

  attach(handler: DiskHandler): void {
    const lengths = this.#lengths;
    this.#port.attach({
      onRead: (token, payload, error) => handler.onRead(token, payload, error),
      onWritten: (token, error) => {
        this.#waitingBytes -= lengths.shift() as number;
        handler.onWritten(token, error);
      },
      onHashed: (token, digest, error) => handler.onHashed(token, digest, error),
    });
  }
  readonly #lengths: number[] = [];

  read(piece: number, begin: number, length: number, token: number): void {
    this.#port.read(piece, begin, length, token);
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    this.writes++;
    this.#lengths.push(payload.length);
    this.#waitingBytes += payload.length;
    this.mostWaitingBytes = Math.max(this.mostWaitingBytes, this.#waitingBytes);
    this.#port.write(piece, begin, payload, token);
  }

  hash(piece: number, token: number): void {
    this.#port.hash(piece, token);
  }

  takeBuffer(length: number): Uint8Array {
    return this.#port.takeBuffer(length);
  }

  release(buffer: Uint8Array): void {
    this.#port.release(buffer);
  }

  close(done: Parameters<Disk['close']>[0]): void {
    this.#port.close(done);
  }
}
