/** The process support of the tests: it hears every line, keeps its deadlines, and ends what it started. */
import { createConnection } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { endProcesses, freePort, runToEnd, startProcess } from './processes.ts';

const DEADLINE_MS = 10_000;
const node = (script: string) => startProcess(process.execPath, ['-e', script]);
/** Says "ready", answers every line, and ends when its input does. */
const ECHO = "console.log('ready'); process.stdin.on('data', (data) => console.error('heard ' + data));";

afterEach(endProcesses);

test('a line is found whether it was said before or after it was asked for', async () => {
  const child = node(ECHO);
  await child.line(/^ready$/, DEADLINE_MS);
  await child.line(/^ready$/, DEADLINE_MS);
  child.tell('seven');
  const [, word] = await child.line(/^heard (\w+)$/, DEADLINE_MS);
  expect(word).toBe('seven');
  expect(child.outputLines).toEqual(['ready']);
});

test('a process that ends without the line rejects with what it said', async () => {
  const child = node("console.error('no such file'); process.exit(3);");
  await expect(child.line(/ready/, DEADLINE_MS)).rejects.toThrow(/exit code 3[\s\S]*no such file/);
});

test('a process that says nothing rejects at the deadline', async () => {
  await expect(node('process.stdin.resume();').line(/ready/, 1)).rejects.toThrow(/within 1 ms/);
});

test('a program that does not exist rejects', async () => {
  await expect(startProcess('no-such-program', []).ended(DEADLINE_MS)).rejects.toThrow(
    /could not be started/,
  );
});

test('endProcesses ends what still runs', async () => {
  const child = node(ECHO);
  await child.line(/^ready$/, DEADLINE_MS);
  await endProcesses();
  expect(child.exit).toEqual({ code: null, signal: 'SIGTERM' });
});

test('runToEnd gives standard output, and rejects for any exit code but 0', async () => {
  const say = (script: string) => runToEnd(process.execPath, ['-e', script], DEADLINE_MS);
  expect(await say("console.log('a'); console.log('b'); console.error('c');")).toBe('a\nb');
  await expect(say('process.exit(1);')).rejects.toThrow(/exit code 1/);
});

test('a free port has no one listening', async () => {
  const port = await freePort('127.0.0.1');
  const outcome = await new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('connect', () => resolve('connected'));
  });
  expect(outcome).toBe('ECONNREFUSED');
});
