/**
 * Which packages a bundle holds, and under which licences: read off esbuild's metafile and the packages themselves. A
 * package whose licence text cannot be found stops the build, because its terms could not be met.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words that every licence in use here has; a comment or section with them is a licence text. */
const GRANT = /permission (?:is hereby granted|to use, copy)|redistribution and use/i;

/** The packages in a bundle: `{ name, version, licence, text }`, by name. */
export function bundledPackages(root, metafile) {
  const files = new Map();
  for (const path of Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs))) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (folder === undefined) continue;
    files.set(folder, [...(files.get(folder) ?? []), join(root, path)]);
  }
  const packages = [...files].map(([folder, paths]) => describePackage(join(root, folder), paths));
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The text of THIRD-PARTY-LICENSES.txt; packages may repeat. */
export function licencesDocument(packages) {
  const sections = groupByText(packages).map(({ names, text }) => `${names.join('\n')}\n\n${text}\n`);
  const head = 'The programs in this folder hold parts of these packages.\n';
  return [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The same as a comment at the head of a script; empty without packages. */
export function licenceNotice(packages) {
  if (packages.length === 0) return '';
  const sections = groupByText(packages).map(({ names, text }) => `${names.join(', ')}:\n\n${text}`);
  return `/*!\nThis script holds parts of these packages.\n\n${sections.join('\n\n').replaceAll('*/', '* /')}\n*/\n`;
}

function groupByText(packages) {
  const groups = new Map();
  for (const { name, version, licence, text } of packages) {
    const names = groups.get(text) ?? new Set();
    names.add(`${name} ${version} (${licence})`);
    groups.set(text, names);
  }
  return [...groups].map(([text, names]) => ({ names: [...names], text }));
}

function describePackage(folder, paths) {
  const { name, version, license: licence } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const own = licenceFile(folder) ?? licenceInReadme(folder);
  const texts = [own, ...paths.map(licenceInHead)].filter((text) => text !== undefined);
  if (texts.length === 0) throw new Error(`no licence text found in ${folder} (${licence})`);
  return { name, version, licence, text: [...new Set(texts)].join('\n\n') };
}

function licenceFile(folder) {
  const names = readdirSync(folder).filter((each) => /^(licen[cs]e|copying|notice)(\.|-|$)/i.test(each));
  if (names.length === 0) return undefined;
  return names.map((each) => readFileSync(join(folder, each), 'utf8').trim()).join('\n\n');
}

function licenceInReadme(folder) {
  const path = join(folder, 'README.md');
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const section = /^(?:#+ *licen[cs]e.*|licen[cs]e.*\n[-=]+)$/im.exec(text);
  const found = section === null ? '' : text.slice(section.index).trim();
  return GRANT.test(found) ? found : undefined;
}

/** A file that came into its package from elsewhere says so in its first comment. */
function licenceInHead(path) {
  const text = readFileSync(path, 'utf8');
  const comment = /^\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n|\s*\n)+)/.exec(text.slice(0, 10_000))?.[0];
  return comment !== undefined && GRANT.test(comment) ? comment.trim() : undefined;
}
