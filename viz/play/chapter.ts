/**
 * A chapter of the story: one or two acts, each with a question that is asked before anything is seen, a swarm or two that
 * answer it, captions for moments of theirs, and the answer in words. Plain data.
 */
import { formatDuration } from '../../src/scenarios/unit-text.ts';
import type { Facts, Moment } from './moments.ts';

export interface Chapter {
  /** In the address of the page: "#rarest-first". */
  readonly id: string;
  readonly title: string;
  /** A scenario of the library that shows the same in earnest. */
  readonly library: string;
  readonly acts: readonly Act[];
}

export interface Act {
  /** What is the case, in a sentence or two. */
  readonly setting: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** Index of the choice that the run bears out. */
  readonly right: number;
  /** One swarm, or two that race. */
  readonly swarms: readonly ActSwarm[];
  /** In the order in which they come. */
  readonly captions: readonly Caption[];
  /** What it shows, once it is over. May say what the facts of the last moments are, as captions do. */
  readonly answer: string;
  /** Seconds of the run in a second of ours. */
  readonly speed: number;
}

export interface ActSwarm {
  /** Over the picture, where there are two; empty: nothing. */
  readonly label: string;
  /** The scenario as a file would have it. */
  readonly text: string;
}

export interface Caption {
  /** Index of the swarm. */
  readonly of: number;
  readonly when: Moment;
  /** "{time}", "{copies}", "{complete}", "{most}", "{least}", "{missing}", "{riders}", "{who}", "{pieces}" are its facts. */
  readonly text: string;
}

/** The text with its facts. An unknown name stays as it is. */
export function fillIn(text: string, facts: Facts, pieceCount: number): string {
  const values: Readonly<Record<string, string>> = {
    time: formatDuration(facts.atUs),
    copies: facts.sourceCopies.toFixed(1),
    complete: String(facts.complete),
    most: String(facts.most),
    least: String(facts.least),
    missing: String(facts.missing),
    pieces: String(pieceCount),
    riders: String(facts.freeRiders),
    who: facts.who,
  };
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
