/** The `Disk` port of a simulated peer that comes once: a storage of its own, with its port open. */
import type { SimulatedContent } from './content.ts';
import { DiskPort } from './disk-port.ts';
import { SimulatedStorage, type StorageOptions } from './simulated-storage.ts';
import type { Simulation } from './simulation.ts';

/** As for a storage, but for `unsyncedUs`: by default nothing is lost, since nothing is kept to be found again. */
export type DiskOptions = StorageOptions;

export class SimulatedDisk extends DiskPort {
  readonly storage: SimulatedStorage;

  constructor(simulation: Simulation, content: SimulatedContent, options: DiskOptions) {
    const storage = new SimulatedStorage(simulation, content, { unsyncedUs: 0, ...options });
    super(simulation, storage);
    this.storage = storage;
    storage.register(this);
  }

  /** Makes room (or takes it away): from now on so many bytes may be stored beyond what is there. */
  setRoom(bytes: number): void {
    this.storage.setRoom(bytes);
  }
}
