/**
 * Scenarios that must fail (test/scenarios/canaries): if one of them is ever green, or red for another reason, then no green
 * run shows anything. Their messages are those that a user sees.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, temporaryFolder } from './support.ts';

const FOLDER = 'test/scenarios/canaries';

/** The lines of verdicts, without the spaces that align them. Which peer is first, and when, is the engine's affair. */
const CANARIES: Readonly<Record<string, readonly RegExp[]>> = {
  'nothing-expected': [
    /^\? the scenario expects something no data: the scenario has no expectation, so its run shows nothing; write at least one under "expect"$/,
  ],
  'no-data': [
    /^\? nobody waits no data: no peer has a peer\.stall_time$/,
    /^✓ everyone finishes 5 of 5 \(100 %\), expected 100 %$/,
  ],
  'violated-at-a-known-instant': [
    /^✗ no piece dies out 0 \(piece \d+\) at 2s, expected at least 1 throughout$/,
  ],
  'no-route': [
    /^✗ everyone finishes 0 of 1 \(0 %\), such as home-1, expected 100 %$/,
    /^\? the home takes less than a minute no data: 1 of 1 peers of group home have no peer\.download_time: not complete at the end$/,
  ],
  'looked-too-late': [
    /^\? all pieces are there in the end no data: the metric never had a value at 1m30s: it had ended before$/,
  ],
  stopped: [
    /^✗ nobody gets half of it 50 % \(crowd-\d\) at [\d.]+s, expected less than 50 % throughout; the run was stopped$/,
    /^✗ everyone finishes 1 of 5 \(20 %\), such as crowd-1, expected 100 %$/,
  ],
  'no-baseline': [
    /^\? no slower than it was no data: there is no baseline of max\(peer\.download_time\{group=crowd\}\)$/,
  ],
  'one-of-many': [
    /^✗ everybody is done within half a minute 1m\d\ds \(slow-1\), expected less than 30s$/,
    /^✗ it is no matter of luck either max\(peer\.download_time\) > 30s: 1m\d\ds \(slow-1\), expected not more than 30s$/,
  ],
};

test('there is a message for each canary', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));
  expect(Object.keys(CANARIES).toSorted()).toEqual(files.toSorted());
});

describe.skipIf(!SWARMLAB)('the canary', () => {
  test.each(Object.entries(CANARIES))('%s fails, for its own reason', async (name, messages) => {
    const ended = await swarmlab(['run', `${FOLDER}/${name}.yaml`, '--out', temporaryFolder()]);
    const verdicts = ended.stdout.split('\n').flatMap((line) => {
      const verdict = /^ {2}([✓✗?] .*)$/.exec(line)?.[1];
      return verdict === undefined ? [] : [verdict.replace(/ {2,}/g, ' ')];
    });
    expect(verdicts, ended.stderr).toHaveLength(messages.length);
    messages.forEach((message, index) => {
      expect(verdicts[index]).toMatch(message);
    });
    expect(ended.code).toBe(1);
  });
});
