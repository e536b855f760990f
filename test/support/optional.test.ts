import { afterEach, describe, expect, it, vi } from 'vitest';
import { optionalComponent } from './optional.ts';

describe('optionalComponent', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('runs what is there, whatever is required', () => {
    vi.stubEnv('SWARMLAB_REQUIRE_ALL', '1');
    expect(optionalComponent('a browser', true, 'buy one')).toBe(true);
  });

  it('skips what is missing, and says so', () => {
    vi.stubEnv('SWARMLAB_REQUIRE_ALL', '');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(optionalComponent('a browser', false, 'buy one')).toBe(false);
    expect(write).toHaveBeenCalledWith('SKIPPED: a browser is not available (to get it: buy one)\n');
  });

  it('fails for what is missing when everything is required', () => {
    vi.stubEnv('SWARMLAB_REQUIRE_ALL', '1');
    expect(() => optionalComponent('a browser', false, 'buy one')).toThrow(/a browser is not available/);
  });
});
