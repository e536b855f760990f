/** What rules need to look at plain data of which nothing is certain, and to say where a fault is. */
import type { Complaint } from '../complaint.ts';
import type { Path } from '../source.ts';
import { parseDuration, parseSize } from '../units.ts';

export interface RuleFault {
  readonly path: Path;
  /** Whether the key is at fault, not its value. */
  readonly atKey: boolean;
  readonly complaint: Complaint;
}

export function atKey(path: Path, complaint: Complaint): RuleFault {
  return { path, atKey: true, complaint };
}

export function atValue(path: Path, complaint: Complaint): RuleFault {
  return { path, atKey: false, complaint };
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value, or an empty map. */
export function asMap(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}

/** The value, or an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Undefined where the value is no size. */
export function bytesOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? parseSize(value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

/** Undefined where the value is no duration. */
export function microsecondsOf(value: unknown): number | undefined {
  const parsed = typeof value === 'string' ? parseDuration(value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}
