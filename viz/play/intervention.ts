/**
 * What somebody does to a swarm that runs, and how the scenario language says it. What was done becomes ordinary events
 * and groups in the text of the scenario, so that the text alone repeats it; everything before stays as it was.
 */
import { type Document, isMap, isSeq, parseDocument, visit, type YAMLMap, YAMLSeq } from 'yaml';
import { formatRate } from '../../src/scenarios/unit-text.ts';

/** `atUs`: whole microseconds of the run. Peers go by their ids ("homes-3"), groups by their names. */
export type Intervention = { readonly atUs: number } & Deed;

export type Deed =
  /** It leaves for good. */
  | { readonly kind: 'remove'; readonly peer: string }
  /** Nothing reaches it or comes from it. */
  | { readonly kind: 'cut-off'; readonly peer: string }
  /** Its line carries at most so much each way. */
  | { readonly kind: 'throttle'; readonly peer: string; readonly bytesPerSec: number }
  /** Whatever of the two above still lasts for it is over. */
  | { readonly kind: 'mend'; readonly peer: string }
  /** One more like those of the group, with nothing. */
  | { readonly kind: 'add'; readonly like: string; readonly freeRider: boolean }
  /** The peers of the group choose pieces by another rule from now on. */
  | { readonly kind: 'picker'; readonly group: string; readonly picker: string };

/** Names of the groups of those who were added: "guest-1", whose peer is "guest-1-1". */
const GUEST = 'guest';

/** A duration that reads back as exactly so many microseconds: "12.5s". */
export function spellDuration(us: number): string {
  return `${us / 1_000_000}s`;
}

/** What it is called in a list: "cut homes-3 off". */
export function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'remove':
      return `${deed.peer} leaves`;
    case 'cut-off':
      return `${deed.peer} cut off`;
    case 'throttle':
      return `${deed.peer} slowed to ${formatRate(deed.bytesPerSec)}`;
    case 'mend':
      return `${deed.peer} mended`;
    case 'add':
      return deed.freeRider ? 'a free-rider joins' : `one more like ${deed.like}`;
    case 'picker':
      return `${deed.group} choose ${deed.picker}`;
  }
}

/**
 * The scenario with all that was done, in the order of time. A text that is no scenario comes back as it is: whoever
 * reads it will say what is wrong with it.
 */
export function layInterventions(text: string, interventions: readonly Intervention[]): string {
  if (interventions.length === 0) return text;
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return text;
  for (const each of eventsOf(interventions)) appendTo(document, 'events', document.createNode(each));
  for (const each of interventions) if (each.kind === 'add') addPeer(document, each);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Names of peers that were added by `interventions` after those that the text has, in order. */
export function isGuest(group: string): boolean {
  return group.startsWith(`${GUEST}-`);
}

type EventData = Record<string, unknown>;

interface Lasting {
  readonly fromUs: number;
  readonly verb: EventData;
}

/** Each as the language writes it. What is mended gets its length; what is mended as it begins never was. */
function eventsOf(interventions: readonly Intervention[]): EventData[] {
  const events: EventData[] = [];
  const lasting = new Map<string, Lasting[]>();
  const begin = (atUs: number, peer: string, name: string, verb: EventData): void => {
    events.push({ at: spellDuration(atUs), [name]: verb });
    lasting.set(peer, [...(lasting.get(peer) ?? []), { fromUs: atUs, verb }]);
  };
  for (const each of interventions) {
    const { atUs } = each;
    switch (each.kind) {
      case 'remove':
        events.push({ at: spellDuration(atUs), leave: { peer: each.peer } });
        break;
      case 'cut-off':
        begin(atUs, each.peer, 'partition', { peer: each.peer });
        break;
      case 'throttle': {
        const rate = formatBytesRate(each.bytesPerSec);
        begin(atUs, each.peer, 'line', { peer: each.peer, up: rate, down: rate });
        break;
      }
      case 'mend':
        for (const { fromUs, verb } of lasting.get(each.peer) ?? []) {
          // The shortest that there is: two clicks may fall on the same instant.
          verb.for = spellDuration(Math.max(1, atUs - fromUs));
        }
        lasting.delete(each.peer);
        break;
      case 'picker':
        events.push({ at: spellDuration(atUs), engine: { group: each.group, picker: each.picker } });
        break;
      case 'add':
        break;
    }
  }
  return events;
}

/** Exactly, where the text for people would round. */
function formatBytesRate(bytesPerSec: number): string {
  return `${bytesPerSec} B/s`;
}

/** The keys of a group that a newcomer does not take over from it. */
const OWN_KEYS = ['group', 'count', 'have', 'arrive', 'stay', 'off', 'sessions', 'behaviour'];

function addPeer(document: Document, { atUs, like, freeRider }: Intervention & { kind: 'add' }): void {
  const groups = document.get('peers');
  if (!isSeq(groups)) return;
  const model = groups.items.find((item) => isMap(item) && String(item.get('group')) === like) as
    | YAMLMap
    | undefined;
  const names = new Set(groups.items.map((item) => (isMap(item) ? String(item.get('group')) : '')));
  let number = 1;
  while (names.has(`${GUEST}-${number}`)) number++;
  const added = document.createNode({
    group: `${GUEST}-${number}`,
    arrive: { at: spellDuration(atUs) },
  }) as YAMLMap;
  const kept = model?.clone() as YAMLMap | undefined;
  for (const pair of kept?.items ?? []) {
    if (!OWN_KEYS.includes(String(pair.key))) added.items.push(pair);
  }
  if (freeRider) added.set('behaviour', 'free-rider');
  // An anchor is the name of one place.
  visit(added, { Node: (_key, node) => void ('anchor' in node && delete node.anchor) });
  appendTo(document, 'peers', added);
}

/** One entry more, written on one line. */
function appendTo(document: Document, key: string, node: unknown): void {
  let list = document.get(key);
  if (!isSeq(list)) {
    list = new YAMLSeq();
    document.set(key, list);
  }
  visit(node as YAMLMap, {
    Node: (_key, each) => {
      each.comment = null;
      each.commentBefore = null;
      if ('spaceBefore' in each) each.spaceBefore = false;
    },
    Collection: (_key, each) => {
      each.flow = true;
    },
  });
  (list as YAMLSeq).flow = false;
  (list as YAMLSeq).add(node);
}
