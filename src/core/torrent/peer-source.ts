/**
 * Where a torrent hears of peers: trackers, the DHT, and whatever else comes. What a source finds it hands to the callback
 * that it was made with; the torrent gives it to its dialer, which knows what is new.
 */
export interface PeerSource {
  /** Begins. Once. */
  start(): void;
  /** There is nobody left to dial: looks for more, as soon as good manners allow. */
  requestMorePeers(): void;
  /** The torrent has every piece. */
  completed(): void;
  /** Says goodbye. `done` is called once, now or later. */
  stop(done: () => void): void;
}

/** Stops all of them, and calls `done` once all have said goodbye: at once when there are none. */
export function stopAll(sources: readonly PeerSource[], done: () => void): void {
  let running = sources.length;
  if (running === 0) done();
  for (const source of sources) {
    source.stop(() => {
      running--;
      if (running === 0) done();
    });
  }
}
