/** The script of the report's page, as it was built beside the benchmarks. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function reportScript(): string {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'report.js'), 'utf8');
}
