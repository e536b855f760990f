/**
 * A small file of state, replaced as a whole: whoever reads it finds the old content or the new one, never a part, whenever
 * the machine stops. What cannot be read counts as not there; what cannot be written is told, and the program goes on.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { errorCode } from './node-address.ts';
import { replaceFile } from './replace-file.ts';

export interface StateFileOptions {
  /** A longer file is not read. */
  readonly maxBytes: number;
  /** It could not be written; called once. */
  onFailed(message: string): void;
}

export class StateFile {
  readonly #path: string;
  readonly #options: StateFileOptions;
  #failed = false;

  constructor(path: string, options: StateFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** What was saved last; undefined when there is nothing that can be read. */
  load(): Uint8Array | undefined {
    let file: number | undefined;
    try {
      file = openSync(this.#path, 'r');
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size > this.#options.maxBytes) return undefined;
      const bytes = new Uint8Array(stats.size);
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  save(bytes: Uint8Array): void {
    try {
      makeFolder(dirname(this.#path));
      replaceFile(this.#path, bytes, { mode: 0o600 });
    } catch (error) {
      if (this.#failed) return;
      this.#failed = true;
      this.#options.onFailed(`${this.#path} cannot be written (${errorCode(error)})`);
    }
  }
}
