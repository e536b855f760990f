/** A file of state is replaced as a whole, and trouble with it is told once and stops nobody. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StateFile } from '../../src/host/state-file.ts';

let folder: string;
let failures: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarmlab-state-file-'));
  failures = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stateFile = (path: string): StateFile =>
  new StateFile(path, { maxBytes: 100, onFailed: (message) => failures.push(message) });
const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

it('keeps what was saved last, in folders that it makes, and leaves nothing else behind', () => {
  const path = join(folder, 'deep', 'er', 'dht.dat');
  const file = stateFile(path);
  expect(file.load()).toBeUndefined();
  file.save(bytes(80, 1));
  file.save(bytes(5, 2));
  expect(stateFile(path).load()).toEqual(bytes(5, 2));
  expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['dht.dat']);
  expect(failures).toEqual([]);
});

it('does not read what is too long, or is no file', () => {
  writeFileSync(join(folder, 'long'), bytes(101, 1));
  mkdirSync(join(folder, 'folder'));
  expect(stateFile(join(folder, 'long')).load()).toBeUndefined();
  expect(stateFile(join(folder, 'folder')).load()).toBeUndefined();
  expect(failures).toEqual([]);
});

it('says once that it cannot be written, and what is there stays', () => {
  mkdirSync(join(folder, 'taken', 'by', 'others'), { recursive: true });
  const file = stateFile(join(folder, 'taken'));
  file.save(bytes(3, 1));
  file.save(bytes(3, 1));
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/taken cannot be written \((EISDIR|ENOTEMPTY|EEXIST)\)$/);
  expect(readdirSync(folder)).toEqual(['taken']);
  writeFileSync(join(folder, 'file'), 'x');
  stateFile(join(folder, 'file', 'dht.dat')).save(bytes(3, 1));
  expect(failures).toHaveLength(2);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('x');
});
