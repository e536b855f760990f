/**
 * What other simulators of BitTorrent cost, as recorded once on a machine of the class that the targets are for (two
 * virtual cores, 24 GiB, Debian 12, each with the machine to itself, optimised builds): whole process, milliseconds for
 * one peer downloading one MiB. They are quoted, not measured again: a comparison with them is one of orders.
 */

export interface RecordedCost {
  readonly simulator: string;
  /** Nodes in all; one of them is the seed. */
  readonly nodes: number;
  readonly msPerUnit: number;
  /** It had not ended when it was stopped: it costs more than this. */
  readonly isLeast: boolean;
}

/** Of real libtorrent sessions on simulated packets: version 2.0.11, libsimulator aa6e074; 16 MiB, a mesh. */
const LIBTORRENT = "libtorrent's simulation";
/** Of its app-bittorrent example, which has flows and no pieces of its own size: 3.32; 0.78 MiB, a tenth of all seeds. */
const SIMGRID = "SimGrid's example";

export const RECORDED_COSTS: readonly RecordedCost[] = [
  { simulator: LIBTORRENT, nodes: 50, msPerUnit: 12.8, isLeast: false },
  { simulator: LIBTORRENT, nodes: 100, msPerUnit: 20, isLeast: false },
  { simulator: LIBTORRENT, nodes: 200, msPerUnit: 47, isLeast: true },
  { simulator: SIMGRID, nodes: 50, msPerUnit: 8, isLeast: false },
  { simulator: SIMGRID, nodes: 100, msPerUnit: 13, isLeast: false },
];
