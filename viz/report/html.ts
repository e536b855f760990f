/**
 * The report as one HTML file that opens from disk: style, script and data inside, nothing fetched. Its own content
 * security policy forbids every connection, so that this is enforced and not only intended. Pure text building.
 */
import type { CompareModel } from '../compare/model.ts';
import { SWARM_STYLE } from '../swarm/swarm-style.ts';
import type { ReportModel } from './model.ts';
import { REPORT_STYLE } from './style.ts';

export interface ReportPage {
  readonly title: string;
  /** The bundled page script (an IIFE that reads the data element). */
  readonly scriptText: string;
  /** What the script reads: plain JSON data. */
  readonly data: ReportModel | CompareModel;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

export function renderReportHtml(page: ReportPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="swarmlab">
<link rel="icon" href="data:,">
<title>${escapeHtml(page.title)}</title>
<style>${REPORT_STYLE}${SWARM_STYLE}</style>
</head>
<body>
<main id="report"></main>
<noscript><p>This report draws itself with JavaScript, which is switched off here. The same numbers are in
the tables beside this file.</p></noscript>
<script type="application/json" id="report-data">${embedJson(page.data)}</script>
<script>${embedScript(page.scriptText)}</script>
</body>
</html>
`;
}

/** JSON that no HTML parser can mistake for markup: "<" and the two line separators of JavaScript are escaped. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** A script whose text cannot end its element early. In valid JavaScript these sequences only occur within literals. */
function embedScript(text: string): string {
  return text.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
