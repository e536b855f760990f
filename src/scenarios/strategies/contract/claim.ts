/** A part of a contract: something that is claimed of every strategy of a kind, and the way to find out. */
export interface Claim<Strategy> {
  /** What holds, as a sentence about the strategy: "names pieces that ...". */
  readonly says: string;
  /** Whether a strategy may break it for a reason of its own. */
  readonly advice: boolean;
  /** What breaks it, in words; undefined where it holds. A strategy that throws breaks it as well. `create` makes a fresh one. */
  broken(create: () => Strategy): string | undefined;
}
