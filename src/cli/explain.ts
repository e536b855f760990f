/** `swarmlab explain`: why things went as they did in a run, in sentences, from its folder. */
import { nearest } from '../scenarios/nearest.ts';
import { parseDuration } from '../scenarios/units.ts';
import { type ExplainedPart, explain as explainStory, Story } from '../trace/explain/explain.ts';
import { durationText } from '../trace/explain/words.ts';
import type { Trace } from '../trace/trace.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { readRunFolder } from './read-run.ts';

export interface ExplainArguments {
  readonly peer: string;
  readonly piece?: number;
  /** As text: "5m10s". */
  readonly at?: string;
  readonly remote?: string;
  readonly json?: boolean;
}

export function explain(path: string, args: ExplainArguments): ExitCode {
  const { trace } = readRunFolder(path);
  const question = {
    peer: peerCalled(trace, args.peer, '--peer'),
    piece: pieceOf(trace, args.piece),
    atUs: instantOf(trace, args.at),
    remote: args.remote === undefined ? undefined : peerCalled(trace, args.remote, '--remote'),
  };
  if (question.remote === question.peer) throw refused('--remote is the peer itself: name another one');
  const parts = explainStory(new Story(trace), question);
  if (args.json === true) process.stdout.write(`${asJson(trace, args, question.atUs, parts)}\n`);
  else print(parts);
  return ExitCode.held;
}

function print(parts: readonly ExplainedPart[]): void {
  const terminal = new Terminal(process.stdout, process.env);
  for (const [index, { title, sentences }] of parts.entries()) {
    if (index > 0) terminal.print();
    terminal.print(terminal.style('bold', title));
    for (const sentence of sentences) terminal.print(`  ${sentence}`);
  }
}

function asJson(
  { header, digest }: Trace,
  { peer, piece, remote }: ExplainArguments,
  atUs: number | undefined,
  parts: readonly ExplainedPart[],
): string {
  const question = { peer, piece: piece ?? null, atUs: atUs ?? null, remote: remote ?? null };
  return JSON.stringify({ scenario: header.scenario, seed: header.seed, digest, question, parts }, null, 2);
}

function peerCalled({ header }: Trace, name: string, option: string): number {
  const names = header.peers.map(({ id }) => id);
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const near = nearest(name, names);
  const hint =
    near === undefined
      ? `the ${names.length} peers are called ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`
      : `did you mean ${near}?`;
  throw refused(`${option} ${name}: there is no such peer in this run\n  ${hint}`);
}

function pieceOf({ header }: Trace, piece: number | undefined): number | undefined {
  const { pieceCount } = header.torrent;
  if (piece === undefined || (piece >= 0 && piece < pieceCount)) return piece;
  throw refused(`--piece ${piece}: there is no such piece\n  expected a number from 0 to ${pieceCount - 1}`);
}

function instantOf({ endUs }: Trace, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw refused(`--at ${text} is not a time\n  expected a time of the run, such as 5m10s`);
  if (parsed.value <= endUs) return parsed.value;
  throw refused(`--at ${text} is after the end of the run, which was at ${durationText(endUs)}`);
}

function refused(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
