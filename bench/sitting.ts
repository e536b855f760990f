/**
 * One sitting: every task that the workloads need, in so many runs, by one build or by two in turn (A B, A B), so that
 * a slow spell of the machine meets both. Tasks run one at a time.
 */
import type { Measured, Results, Workload } from './workload.ts';

/** Something that does tasks: a build. */
export interface Party {
  readonly label: string;
  /** Tasks that it can do. */
  readonly knows: ReadonlySet<string>;
  measure(task: string): Promise<Measured>;
}

/** What one party measured in one run of one task; `failure` says why it did not. */
export interface TaskRun {
  readonly task: string;
  readonly party: string;
  /** Counted from 1. */
  readonly run: number;
  readonly measured: Measured | undefined;
  readonly failure: string | undefined;
}

/** The tasks of all workloads, each once, in the order in which they are first needed. */
export function tasksOf(workloads: readonly Workload[]): string[] {
  return [...new Set(workloads.flatMap(({ tasks }) => tasks))];
}

/**
 * A task that fails is not tried again; the others go on. When it is over before its time (`isOver`), what was measured until
 * then is the result.
 */
export async function sit(
  tasks: readonly string[],
  parties: readonly Party[],
  runs: number,
  isOver: () => boolean,
  onRun: (task: string, party: string, run: number) => void = () => {},
): Promise<TaskRun[]> {
  const done: TaskRun[] = [];
  for (const task of tasks) {
    const failed = new Set<Party>();
    for (let run = 1; run <= runs; run++) {
      for (const party of parties) {
        if (isOver()) return done;
        if (failed.has(party) || !party.knows.has(task)) continue;
        onRun(task, party.label, run);
        try {
          const measured = await party.measure(task);
          done.push({ task, party: party.label, run, measured, failure: undefined });
        } catch (error) {
          if (isOver()) return done;
          failed.add(party);
          done.push({
            task,
            party: party.label,
            run,
            measured: undefined,
            failure: (error as Error).message,
          });
        }
      }
    }
  }
  return done;
}

/** What one party measured in one of its runs. */
export function resultsOf(done: readonly TaskRun[], party: string, run: number): Results {
  const byTask = new Map<string, Measured | undefined>();
  for (const each of done) {
    if (each.party === party && each.run === run) byTask.set(each.task, each.measured);
  }
  return (task) => byTask.get(task);
}
