/** What tests of large reports look at: how many bytes the page takes, and how many pieces the run is about. */
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { renderReportHtml } from '../../viz/report/html.ts';
import type { ReportModel } from '../../viz/report/model.ts';

export const MIB = 2 ** 20;

/** The script of the page has some 150 KiB; it does not depend on the run. */
export function htmlBytes(data: ReportModel): number {
  return Buffer.byteLength(renderReportHtml({ title: 'large', scriptText: ' '.repeat(MIB / 4), data }));
}

/** Pieces that were verified, by anybody. */
export function deliveries({ events }: Trace): number {
  return events.kind.filter((kind) => kind === EventKind.pieceVerified).length;
}
