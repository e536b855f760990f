/**
 * The result of decoding something that came from outside: a value, or an error with its place. Decoders in the engine
 * return results and never throw (see the law on errors in docs/ARCHITECTURE.md).
 */
export type Result<T> = { readonly ok: true; readonly value: T } | Failure;

export interface Failure {
  readonly ok: false;
  readonly error: DecodeError;
}

export interface DecodeError {
  /** What is wrong, in words for people, without the place. */
  readonly message: string;
  /** Byte offset of the fault in the input, or -1 where there is none. */
  readonly offset: number;
}

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(message: string, offset = -1): Failure {
  return { ok: false, error: { message, offset } };
}

/** The error as one line: "message (at byte 12)". */
export function describeError(error: DecodeError): string {
  return error.offset < 0 ? error.message : `${error.message} (at byte ${error.offset})`;
}

/** Our fault: a broken invariant. Stops the run; never used for what a peer, tracker, file or user sent. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** On hot paths the message is a function, so that its text is not put together every time that all is well. */
export function invariant(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === 'string' ? message : message());
}
