/** From the file's form to the scenario's: what lies between the access lines. */
import type { PlannedInternet } from '../plan.ts';
import { presetDelaysUs, regionPresets } from '../regions.ts';
import type { ScenarioFile } from '../schema.ts';

export function toInternet({ internet }: ScenarioFile): PlannedInternet {
  const { delays, 'pair-delay': pairDelayUs } = internet;
  if (delays === undefined) return { regions: [], regionDelaysUs: [], pairDelayUs };
  if (typeof delays === 'string') {
    const preset = regionPresets[delays];
    return { regions: preset.regions, regionDelaysUs: presetDelaysUs(preset), pairDelayUs };
  }
  const regions = regionsOf(delays);
  const given = (from: string, to: string): number | undefined =>
    Object.hasOwn(delays, from) && Object.hasOwn(delays[from] ?? {}, to) ? delays[from]?.[to] : undefined;
  const regionDelaysUs = regions.map((from) => regions.map((to) => given(from, to) ?? given(to, from) ?? 0));
  return { regions, regionDelaysUs, pairDelayUs };
}

/** Every region that a map of delays names, in the order in which they occur. */
export function regionsOf(delays: Readonly<Record<string, unknown>>): string[] {
  const regions = new Set<string>();
  for (const [from, row] of Object.entries(delays)) {
    regions.add(from);
    if (row !== null && typeof row === 'object') for (const to of Object.keys(row)) regions.add(to);
  }
  return [...regions];
}
