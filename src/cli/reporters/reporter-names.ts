/** The names that `--reporter` takes: apart from the reporters, for the help of the command line needs no more. */

export const REPORTERS = ['pretty', 'line', 'json', 'ndjson', 'junit', 'github', 'markdown'] as const;
export type ReporterName = (typeof REPORTERS)[number];
