/**
 * What follows for metrics from the way in which a peer behaves; the names are those of the header. A trace may come
 * from a version that knows more of them: one that is not listed here is owed nothing and gives nothing.
 */

/** Whether the peer gets the content sooner or later, so that metrics of downloads are about it. */
export function wantsToComplete(behaviour: string): boolean {
  return behaviour === 'honest' || behaviour === 'free-rider';
}

/** Whether what the peer holds is a copy of the content: whoever asks for it gets it. */
export function givesCopies(behaviour: string): boolean {
  return behaviour === 'honest';
}

/** Whether the peer may send a good block at all; a staller does so until it falls silent. */
export function maySendGoodBlocks(behaviour: string): boolean {
  return behaviour === 'honest' || behaviour === 'staller';
}

/** Whether its program counts what it sends beside payload: the engine does, also where its disk cheats. */
export function countsControl(behaviour: string): boolean {
  return ['honest', 'free-rider', 'poisoner', 'staller'].includes(behaviour);
}
