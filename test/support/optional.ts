/**
 * Parts of the test run that need something the machine may lack (a browser, another client). They are skipped where it
 * is missing, never silently: the run prints what was skipped and how to get it. With SWARMLAB_REQUIRE_ALL=1 (as in CI)
 * a missing part fails the run instead.
 */

/**
 * Whether tests that need `name` should run. Use as `describe.skipIf(!optionalComponent(…))`.
 * @param howToGet a command or a sentence, such as "apt-get install chromium"
 * @throws Error when the component is missing although SWARMLAB_REQUIRE_ALL=1 demands it
 */
export function optionalComponent(name: string, present: boolean, howToGet: string): boolean {
  if (present) return true;
  const message = `${name} is not available (to get it: ${howToGet})`;
  if (process.env.SWARMLAB_REQUIRE_ALL === '1') {
    throw new Error(`SWARMLAB_REQUIRE_ALL=1, but ${message}`);
  }
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}
