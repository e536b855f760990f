/** Whether a peer or a group is among those selected, and how the choice is called. */
import type { ReportModel } from './model.ts';
import type { PeerChoice } from './selection.ts';

export function isChosenPeer(model: ReportModel, choice: PeerChoice | undefined, peer: number): boolean {
  if (choice === undefined) return true;
  return choice.kind === 'peer' ? choice.peer === peer : choice.group === model.peers.group[peer];
}

/** The group chosen, or that of the peer chosen. */
export function chosenGroup(model: ReportModel, choice: PeerChoice | undefined): number | undefined {
  if (choice === undefined) return undefined;
  return choice.kind === 'group' ? choice.group : model.peers.group[choice.peer];
}

/** For charts that know groups only: the group chosen, or that of the peer chosen, is among them. */
export function isChosenGroup(model: ReportModel, choice: PeerChoice | undefined, group: number): boolean {
  return choice === undefined || chosenGroup(model, choice) === group;
}
