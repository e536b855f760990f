/**
 * What a peer may be chosen by in braces: `{group=crowd|late, behaviour!=poisoner}`. Each peer has at most one value of
 * each label; one that has none (a line without a name) is never chosen by `=` and always by `!=`.
 */

export const LABELS = {
  group: 'its group',
  peer: 'the peer itself: crowd-3',
  have: 'what it holds on arrival',
  behaviour: 'how it behaves: honest, or in which way it misbehaves',
  nat: 'what address translation it is behind',
  region: 'where it is',
  link: 'its line, where that has a name',
  picker: 'how its client picks pieces',
  choker: 'how its client unchokes',
} as const;

export type Label = keyof typeof LABELS;

export const LABEL_NAMES = Object.keys(LABELS) as readonly Label[];

export function isLabel(name: string): name is Label {
  return Object.hasOwn(LABELS, name);
}

/** The labels of one peer. */
export type PeerLabels = Readonly<Partial<Record<Label, string>>>;

/** What a scenario knows of labels before it runs: names that are not here are slips of the pen. */
export interface Vocabulary {
  /** Groups, with the number of peers in each. */
  readonly groups: ReadonlyMap<string, number>;
  /** The values that the other labels may have; one that is missing may have any. */
  readonly values: Readonly<Partial<Record<Label, readonly string[]>>>;
}

/** The values that a label may have; undefined: any. */
export function valuesOf(label: Label, { groups, values }: Vocabulary): readonly string[] | undefined {
  return label === 'group' ? [...groups.keys()] : values[label];
}

/** Whether a group has such a peer: "crowd-3" where there are three of them. */
export function isPeer(name: string, { groups }: Vocabulary): boolean {
  const match = /^(.+)-([1-9]\d*)$/.exec(name);
  return match !== null && Number(match[2]) <= (groups.get(match[1] as string) ?? 0);
}

/** A vocabulary that knows of groups of so many peers and of nothing else. */
export function groupsOnly(groups: Iterable<readonly [string, number]>): Vocabulary {
  return { groups: new Map(groups), values: {} };
}
