import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { NodeClock } from '../../src/host/node-clock.ts';
import { describeClock } from '../contract/clock.ts';
import { pollUntil } from '../contract/world.ts';

describeClock('node', () => ({ clock: new NodeClock(), until: pollUntil }));

describe('NodeClock', () => {
  it('starts near zero', () => {
    expect(new NodeClock().now()).toBeLessThan(1_000_000);
  });

  it('keeps thousands of timers in order although most are cancelled', async () => {
    const clock = new NodeClock();
    const base = clock.now();
    const order: number[] = [];
    const timers = [];
    for (let index = 0; index < 5_000; index++) {
      const atUs = base + ((index * 7_919) % 5_000);
      timers.push(clock.schedule(atUs, () => order.push(atUs)));
    }
    for (const [index, timer] of timers.entries()) if (index % 10 !== 0) timer.cancel();
    await pollUntil(() => order.length === 500);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('goes on with the other timers when a callback throws', async () => {
    const clock = new NodeClock();
    const caught: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => caught.push(error));
    try {
      let ran = false;
      clock.schedule(0, () => {
        throw new Error('from a timer');
      });
      clock.schedule(0, () => {
        ran = true;
      });
      await pollUntil(() => ran);
      expect(caught).toHaveLength(1);
    } finally {
      for (const listener of before) process.on('uncaughtException', listener);
    }
  });

  it('stands still, when asked to, while the process is held up', async () => {
    const held = new NodeClock({ lateMaxUs: 1_000 });
    const free = new NodeClock();
    const fired: number[] = [];
    const dueUs = held.now() + 5_000;
    held.schedule(dueUs, () => fired.push(held.now()));
    const untilUs = free.now() + 60_000;
    while (free.now() < untilUs);
    expect(held.now()).toBe(dueUs + 1_000);
    expect(held.stoodStillUs).toBeGreaterThan(50_000);
    await pollUntil(() => fired.length === 1);
    expect(fired[0]).toBeGreaterThanOrEqual(dueUs + 1_000);
  });

  it('does not stand still for what is scheduled in the past', async () => {
    const held = new NodeClock({ lateMaxUs: 1_000 });
    const startUs = held.now();
    let stop = false;
    const again = (): void => {
      if (!stop) held.schedule(0, again);
    };
    held.schedule(0, again);
    await pollUntil(() => held.now() > startUs + 5_000);
    stop = true;
  });

  it('a callback that always asks for what is past does not starve the machine', async () => {
    const clock = new NodeClock();
    let rounds = 0;
    let stop = false;
    const again = (): void => {
      rounds++;
      if (!stop && rounds < 1_000_000) clock.schedule(0, again);
    };
    clock.schedule(0, again);
    await pollUntil(() => rounds > 3);
    stop = true;
    expect(rounds).toBeLessThan(1_000_000);
  });

  it.each([
    [false, ''],
    [true, 'fired'],
  ])('with keepAlive %s an otherwise idle process prints "%s"', async (keepAlive, output) => {
    const program = `
      import { NodeClock } from '../../src/host/node-clock.ts';
      const clock = new NodeClock({ keepAlive: ${keepAlive} });
      clock.schedule(clock.now() + 20_000, () => process.stdout.write('fired'));
      clock.schedule(clock.now() + 3_600_000_000, () => undefined).cancel();`;
    const bundle = await build({
      stdin: { contents: program, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
    });
    const outcome = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', bundle.outputFiles[0]?.text ?? ''],
      {
        encoding: 'utf8',
        timeout: 10_000,
      },
    );
    expect(outcome.signal).toBeNull();
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toBe(output);
  });
});
