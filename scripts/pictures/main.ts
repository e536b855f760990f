/**
 * `npm run pictures`: runs the scenarios of the library in simulation and writes their pictures and their section of
 * docs/SCENARIOS.md. With names only the pictures of these. The same library gives the same bytes.
 *
 * It is bundled into a folder two below the project's, which it finds from there.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryNames, librarySection, PICTURE_FOLDER, pictureOf, withSection } from './library.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DOCUMENTATION = join(ROOT, 'docs/SCENARIOS.md');

const wanted = process.argv.slice(2);
mkdirSync(join(ROOT, PICTURE_FOLDER), { recursive: true });
for (const name of wanted.length > 0 ? wanted : libraryNames(ROOT)) {
  const picture = pictureOf(name, ROOT);
  writeFileSync(join(ROOT, PICTURE_FOLDER, `${name}.svg`), picture);
  console.log(`${name}.svg  ${picture.length} bytes`);
}
writeFileSync(DOCUMENTATION, withSection(readFileSync(DOCUMENTATION, 'utf8'), librarySection(ROOT)));
