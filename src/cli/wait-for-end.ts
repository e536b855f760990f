/** The end of a command that runs until something happens: done, failed, or interrupted from the keyboard. */

export type End =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'interrupted' };

export interface EndOfCommand {
  readonly promise: Promise<End>;
  resolve(end: End): void;
}

export function waitForEnd(): EndOfCommand {
  let settle: (end: End) => void = () => {};
  const promise = new Promise<End>((resolve) => {
    settle = resolve;
  });
  const interrupt = (): void => settle({ kind: 'interrupted' });
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  return {
    promise: promise.finally(() => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }),
    resolve: (end) => settle(end),
  };
}
