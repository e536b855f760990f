/** What a run and its agents inside the network namespaces say to each other. Sockets travel beside the messages. */

export type ToAgent =
  | { readonly op: 'listen' | 'bind'; readonly id: number; readonly host: string; readonly port: number }
  | {
      readonly op: 'dial';
      readonly id: number;
      readonly from: string;
      readonly host: string;
      readonly port: number;
    }
  /** Nobody waits for this dial any more. */
  | { readonly op: 'forget'; readonly id: number };

export type FromAgent =
  /** The agent answers. */
  | { readonly event: 'ready' }
  /** What was asked for, beside this message. A listener or a datagram socket is to be used once it is `yours`. `port`: the local one. */
  | { readonly event: 'socket'; readonly id: number; readonly port: number }
  /** The agent has no copy of that socket any more, so that it ends when the run ends it. */
  | { readonly event: 'yours'; readonly id: number }
  /** `code`: of the system error. */
  | { readonly event: 'failed'; readonly id: number; readonly code: string };
