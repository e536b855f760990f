/** The measurement of a report, as the benchmarks make it: that it measures, not how fast anything is. */
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { measureReport } from '../../bench/report.ts';
import { chromiumAvailable } from './report-browser.ts';

it.skipIf(!chromiumAvailable())('measures how a report is written, opened and moved', async () => {
  const bundle = await build({
    entryPoints: ['viz/report/main.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const scriptText = bundle.outputFiles[0]?.text ?? '';
  const measured = await measureReport({ peers: 20, pieces: 32, scriptText });
  expect(measured.bytes).toBeGreaterThan(scriptText.length);
  expect(measured.writeSeconds).toBeGreaterThan(0);
  expect(measured.openSeconds).toBeGreaterThan(0);
  expect(measured.framesPerSecond).toBeGreaterThan(0);
  expect(measured.pageHeapBytes).toBeGreaterThan(0);
});
