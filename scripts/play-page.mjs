/**
 * Puts the live page together: the worker's program and the page's script, each bundled, in one HTML file. Used by the build
 * and by the tests of the page.
 */
import { build } from 'esbuild';
import { bundledPackages, licenceNotice } from './licences.mjs';

/** Messages of the schema's package in forty languages, of which none is ever shown. */
const ONE_LANGUAGE = {
  name: 'one-language',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  charset: 'utf8',
  logLevel: 'warning',
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  minify: true,
  plugins: [ONE_LANGUAGE],
};

/** The page as text, and the packages that are in it. `root`: the folder of the project. */
export async function buildPlayPage(root) {
  const bundle = (entry) => build({ ...OPTIONS, absWorkingDir: root, entryPoints: [entry] });
  const [worker, page, html] = await Promise.all([
    bundle('viz/play/worker.ts'),
    bundle('viz/play/main.ts'),
    build({
      ...OPTIONS,
      absWorkingDir: root,
      entryPoints: ['viz/play/html.ts'],
      platform: 'node',
      format: 'esm',
    }),
  ]);
  const packages = [
    ...bundledPackages(root, worker.metafile),
    ...bundledPackages(root, page.metafile),
  ].filter(({ name }, index, all) => all.findIndex((each) => each.name === name) === index);
  const program = `data:text/javascript;base64,${Buffer.from(html.outputFiles[0].text).toString('base64')}`;
  const { renderPlayHtml } = await import(program);
  const text = renderPlayHtml({
    page: licenceNotice(packages) + page.outputFiles[0].text,
    worker: worker.outputFiles[0].text,
  });
  return { text, packages };
}
