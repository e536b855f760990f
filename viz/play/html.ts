/**
 * The live page as one HTML file that opens from disk: style, script, and the program of its worker, which the page turns into
 * a worker itself. Its own content security policy forbids every connection. Pure text building.
 */
import { REPORT_STYLE } from '../report/style.ts';
import { SWARM_STYLE } from '../swarm/swarm-style.ts';
import { NO_OWN } from './own-scenario.ts';
import { PLAY_STYLE } from './style.ts';

/** Id of the element that holds the program of the worker. */
export const WORKER_ELEMENT = 'worker-program';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' blob:; worker-src blob:; img-src data:";

export function renderPlayHtml({ page, worker }: { readonly page: string; readonly worker: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="swarmlab">
<link rel="icon" href="data:,">
<title>How a swarm shares a file</title>
<style>${REPORT_STYLE}${SWARM_STYLE}${PLAY_STYLE}</style>
</head>
<body>
<div id="play"></div>
<noscript><p>This page runs a simulation in JavaScript, which is switched off here.</p></noscript>
${NO_OWN}
<script type="text/plain" id="${WORKER_ELEMENT}">${embed(worker)}</script>
<script>${embed(page)}</script>
</body>
</html>
`;
}

/** A script whose text cannot end its element early. In valid JavaScript these sequences only occur within literals. */
function embed(text: string): string {
  return text.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}
