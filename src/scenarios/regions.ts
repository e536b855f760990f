/**
 * Distances between regions by name, as `internet.delays` of a scenario takes them. One preset: cities with data centres,
 * by measurement.
 */

export interface RegionPreset {
  /** One line, for lists. */
  readonly description: string;
  readonly regions: readonly string[];
  /** Round trips in tenths of a millisecond: a row for each region, with the regions before it. */
  readonly roundTrips: readonly (readonly number[])[];
}

/**
 * Average pings between the regions of a public cloud ("Latency Between AWS Global Regions", as quoted in "AWS Regions",
 * acomputerscientistlearnsaws.blogspot.com, April 2017; neither the original nor the day of its measurement was found). Every
 * figure is the one of the earlier region's row there, rounded to a tenth. The later region's row has the way back, which is
 * within 2 %; only the row of São Paulo was not read, so its figures are those of the other nine rows alone.
 */
const cities: RegionPreset = {
  description: 'ten cities of a public cloud, by pings published in 2017',
  regions: [
    'virginia',
    'california',
    'oregon',
    'ireland',
    'frankfurt',
    'tokyo',
    'seoul',
    'singapore',
    'sydney',
    'sao-paulo',
  ],
  roundTrips: [
    [],
    [727],
    [870, 195],
    [806, 1532, 1370],
    [887, 1666, 1595, 196],
    [1453, 1025, 891, 2124, 2365],
    [1784, 1315, 1183, 2424, 2662, 314],
    [2167, 1740, 1614, 2390, 3259, 738, 719],
    [2300, 1575, 1622, 3096, 3235, 1039, 1340, 1753],
    [1195, 1927, 1827, 1913, 1949, 2568, 2863, 3281, 3225],
  ],
};

export const regionPresets = { cities } as const;
export type RegionPresetName = keyof typeof regionPresets;
export const regionPresetNames = Object.keys(regionPresets) as RegionPresetName[];

/** One-way delays of a preset in microseconds: row from, column to. Within a region there is none. */
export function presetDelaysUs({ regions, roundTrips }: RegionPreset): number[][] {
  return regions.map((_, row) =>
    regions.map((_, column) => {
      const tenths = roundTrips[Math.max(row, column)]?.[Math.min(row, column)] ?? 0;
      return tenths * 50;
    }),
  );
}
