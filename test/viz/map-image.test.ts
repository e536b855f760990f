import { describe, expect, it } from 'vitest';
import { foldPieceOrigins } from '../../src/trace/metrics/piece-origins.ts';
import { MapCells } from '../../viz/charts/map-cells.ts';
import { type MapColouring, MapImage, type MapPalette } from '../../viz/charts/map-image.ts';
import type { Rgb } from '../../viz/charts/theme.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import type { ReportModel } from '../../viz/report/model.ts';
import { reportInfo } from '../support/report-info.ts';
import { syntheticTrace } from '../support/synthetic-trace.ts';
import { eventfulTrace } from './eventful-trace.ts';

function palette(model: ReportModel, colouring: MapColouring): MapPalette {
  const counts = { giver: model.groups.length, piece: model.map.columns, time: 256 };
  return {
    page: [255, 255, 255],
    empty: [230, 235, 240],
    onArrival: [20, 30, 40],
    unknown: [90, 95, 100],
    shades: Array.from(
      { length: counts[colouring] },
      (_, index): Rgb => [index % 251, 200 - (index % 199), 7],
    ),
  };
}

interface Picture {
  readonly width?: number;
  readonly height?: number;
  readonly colouring?: MapColouring;
  readonly order?: Int32Array;
}

function mapImage(
  model: ReportModel,
  { width = 20, height = 9, colouring = 'giver', order }: Picture = {},
): MapImage {
  const rows = model.map.peers.length;
  const half = Math.ceil(rows / 2);
  return new MapImage(
    model,
    new MapCells(model.map, model.endUs),
    [
      { start: 0, end: half },
      { start: half, end: rows },
    ],
    order ?? Int32Array.from(model.map.peers.keys()),
    { width, heights: [height, height] },
    { palette: palette(model, colouring), colouring },
  );
}

const pixels = (image: MapImage): number[][] => image.images.map((each) => [...each.pixels]);

describe('picture of the peer × piece map', () => {
  const trace = syntheticTrace({ peers: 24, pieces: 50, staySec: 8 });
  const crowd = buildReportModel(trace, reportInfo());
  const eventful = buildReportModel(eventfulTrace(), reportInfo());

  it.each(['giver', 'piece', 'time'] as const)(
    'coloured by %s is the same however an instant is reached',
    (colouring) => {
      for (const model of [crowd, eventful]) {
        for (const size of [
          { width: 20, height: 9 },
          { width: 500, height: 500 },
        ]) {
          const moved = mapImage(model, { ...size, colouring });
          for (const share of [0, 0.02, 0.05, 0.3, 0.31, 0.32, 0.8, 0.79, 0.5, 1, 0.98, 0.1, 0.11]) {
            const timeUs = share * model.endUs;
            const fresh = mapImage(model, { ...size, colouring });
            expect(moved.show(timeUs)).toBe(fresh.show(timeUs));
            expect(pixels(moved)).toEqual(pixels(fresh));
          }
        }
      }
    },
  );

  it('shows each cell as the trace has it, where there is a dot for each', () => {
    const { map, groups, peers, endUs } = crowd;
    const colours = palette(crowd, 'giver');
    const origins = foldPieceOrigins(trace, map.peers);
    const timeUs = endUs / 3;
    const image = mapImage(crowd, { width: 50, height: 25 });
    image.show(timeUs);
    const half = Math.ceil(map.peers.length / 2);
    let compared = 0;
    for (const [row, peer] of map.peers.entries()) {
      for (let piece = 0; piece < map.columns; piece++) {
        const cameUs = origins.verifiedUs[row * origins.pieceCount + piece] as number;
        const tickUs = endUs / 65533;
        // Within half a tick of the instant both are right.
        if (Math.abs(cameUs - timeUs) < tickUs) continue;
        const giver = origins.from[row * origins.pieceCount + piece] as number;
        let expected: Rgb = colours.empty;
        if (cameUs === -1) expected = colours.onArrival;
        else if (cameUs <= timeUs) expected = colours.shades[peers.group[giver] as number] as Rgb;
        if ((peers.joinedUs[peer] as number) > timeUs) expected = colours.page;
        const dots = image.images[row < half ? 0 : 1]?.pixels as Uint8ClampedArray;
        const dot = ((row % half) * 50 + piece) * 4;
        expect([...dots.subarray(dot, dot + 3)]).toEqual([...expected]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(1000);
    expect(groups.length).toBe(3);
  });

  it('shows in each dot the mean of the full picture', () => {
    for (const share of [0.2, 0.6]) {
      const full = mapImage(crowd, { width: 50, height: 25 });
      const small = mapImage(crowd, { width: 10, height: 1 });
      full.show(share * crowd.endUs);
      small.show(share * crowd.endUs);
      for (const [index, { width, height, pixels: dots }] of full.images.entries()) {
        for (let x = 0; x < 10; x++) {
          let sum = 0;
          for (let y = 0; y < height; y++) {
            for (let column = x * 5; column < x * 5 + 5; column++)
              sum += dots[(y * width + column) * 4] as number;
          }
          expect(small.images[index]?.pixels[x * 4]).toBe(Math.round(sum / (5 * height)));
        }
      }
    }
  });

  it('counts what the peers shown hold', () => {
    const image = mapImage(crowd);
    expect(image.show(0)).toBe(50);
    expect(image.show(crowd.endUs)).toBe(25 * 50);
    expect(image.show(0)).toBe(50);
  });

  it('shows another order of peers as other rows and nothing else', () => {
    const size = { width: 50, height: 25 };
    const rows = crowd.map.peers.length;
    const half = Math.ceil(rows / 2);
    const order = Int32Array.from({ length: rows }, (_, row) => (row < half ? half - 1 - row : row));
    const plain = mapImage(crowd, size);
    const turned = mapImage(crowd, { ...size, order });
    for (const share of [0.5, 0.52]) {
      plain.show(share * crowd.endUs);
      turned.show(share * crowd.endUs);
    }
    const row = (image: MapImage, place: number): number[] => [
      ...(image.images[0]?.pixels.subarray(place * 200, place * 200 + 200) ?? []),
    ];
    for (let place = 0; place < half; place++)
      expect(row(turned, place)).toEqual(row(plain, half - 1 - place));
    expect(pixels(turned)[1]).toEqual(pixels(plain)[1]);
    expect(row(turned, 0)).not.toEqual(row(plain, 0));
  });

  it('finds the instant by which a share of the deliveries is done', () => {
    const cells = new MapCells(crowd.map, crowd.endUs);
    const verified = cells.verified.filter((tick) => tick > 0 && tick < 65535);
    const tick = cells.tickOf(cells.instantOfShare(0.4) as number);
    expect(verified.filter((each) => each <= tick).length / verified.length).toBeCloseTo(0.4, 2);
    const empty = { ...crowd.map, peers: [], verified: '', from: '' };
    expect(new MapCells(empty, 1e6).instantOfShare(0.4)).toBeUndefined();
  });
});
