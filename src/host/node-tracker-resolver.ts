/** The engine's resolver for the names in tracker URLs, by the machine's own. */
import type { Resolver } from '../core/tracker/resolver.ts';
import { resolveHost } from './node-resolver.ts';

export const trackerResolver: Resolver = {
  resolve(name, done) {
    let wanted = true;
    resolveHost(name, (hosts, failure) => {
      if (wanted) done(hosts?.[0], failure);
    });
    return {
      cancel() {
        wanted = false;
      },
    };
  },
};
