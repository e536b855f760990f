/** The engine's resolver for the names in tracker URLs, by the machine's own. */
import { familyOf, type Resolver } from '../core/tracker/resolver.ts';
import { resolveHost } from './node-resolver.ts';

export const trackerResolver: Resolver = {
  resolve(name, done, family) {
    let wanted = true;
    resolveHost(name, (hosts, failure) => {
      if (!wanted) return;
      const host = hosts?.find((each) => family === undefined || familyOf(each) === family);
      done(host, host === undefined ? (failure ?? `${name} has no IPv${family} address`) : undefined);
    });
    return {
      cancel() {
        wanted = false;
      },
    };
  },
};
