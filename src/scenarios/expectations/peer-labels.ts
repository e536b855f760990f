/** Which peers a selection means, by what the plan of the run says of each, or its trace alone. */
import type { TraceHeader } from '../../trace/trace.ts';
import type { Plan } from '../plan.ts';
import { strategyName } from '../strategies/strategy-name.ts';
import type { Selection } from './formula.ts';
import type { PeerLabels } from './labels.ts';

/** The labels that a trace knows: it says nothing of regions, names of lines and strategies. */
export function labelsInTrace({ peers, groups }: TraceHeader): readonly PeerLabels[] {
  return peers.map(({ id, group, have, behaviour, nat }) => ({
    group: groups[group] as string,
    peer: id,
    have,
    behaviour,
    nat,
  }));
}

/** All labels of each peer, those without a value left out. */
export function labelsInPlan({ peers, groups, internet }: Plan): readonly PeerLabels[] {
  return peers.map(({ id, group, have, behaviour, link, engine }) => {
    const region = link.region === undefined ? undefined : internet.regions[link.region];
    return {
      group: groups[group] as string,
      peer: id,
      have: typeof have === 'string' ? have : 'some',
      behaviour,
      nat: link.nat,
      ...(region === undefined ? {} : { region }),
      ...(link.profile === undefined ? {} : { link: link.profile }),
      picker: strategyName(engine.picker),
      choker: strategyName(engine.choker),
    };
  });
}

/** Whether the selection means a peer with these labels. */
export function isSelected(selection: Selection, labels: PeerLabels): boolean {
  return selection.every(({ label, negated, values }) => {
    const value = labels[label];
    return (value !== undefined && values.includes(value)) !== negated;
  });
}
