import { describe, expect, it } from 'vitest';
import { MessageId } from '../../../src/core/wire/protocol.ts';
import { CONTROL_KIND_NAMES } from '../../../src/trace/control-bytes.ts';
import { decodeTrace, encodeTrace } from '../../../src/trace/file-format.ts';
import {
  CONTROL_CLASSES,
  foldControlByGroup,
  foldControlSent,
  foldFailedBytes,
} from '../../../src/trace/metrics/control.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { simulate, smallPlan } from '../../support/small-plan.ts';
import { handTrace } from './hand-trace.ts';

/** So many bytes of the messages of these names. */
function sent(bytes: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(CONTROL_KIND_NAMES, (name) => bytes[name] ?? 0);
}

function counted(): Trace {
  return handTrace({
    peers: [
      { id: 'seed', have: 'all' },
      { id: 'home-1' },
      { id: 'home-2', behaviour: 'free-rider' },
      { id: 'liar', behaviour: 'liar' },
    ],
    endUs: 10,
    tell: (recorder) => {
      for (let peer = 0; peer < 4; peer++) recorder.peerJoined(peer);
      recorder.controlSent(0, sent({ have: 9, 'piece header': 26, unchoke: 5 }));
      recorder.controlSent(1, sent({ request: 17, interested: 5 }));
      // A second program of the same peer.
      recorder.controlSent(1, sent({ request: 34, handshake: 68, extended: 20 }));
      recorder.observer(1).pieceFailed(1);
      recorder.observer(1).pieceFailed(1);
    },
  });
}

describe('control overhead', () => {
  it('knows the messages by the numbers of the engine', () => {
    for (const [name, id] of Object.entries(MessageId)) {
      const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      expect(CONTROL_KIND_NAMES[id]).toBe(name === 'piece' ? 'piece header' : words);
    }
    const named = CONTROL_CLASSES.flatMap(({ kinds }): readonly string[] => kinds);
    for (const name of named) expect(CONTROL_KIND_NAMES).toContain(name);
  });

  it('is what each has sent beside payload, over all of its programs, and unknown of those who do not count', () => {
    expect([...foldControlSent(counted())]).toEqual([40, 144, 0, Number.NaN]);
  });

  it('is told apart by group and by what it is for', () => {
    expect(CONTROL_CLASSES.map(({ name }) => name)[0]).toBe('headers of blocks');
    expect(foldControlByGroup(counted())).toEqual([
      [26, 0, 9, 5, 0],
      [0, 51, 0, 5, 88],
      [0, 0, 0, 0, 0],
    ]);
  });

  it('is unknown where nobody counted', () => {
    const { control: _, ...trace } = counted();
    expect(foldControlByGroup(trace)).toBeUndefined();
    expect([...foldControlSent(trace)]).toEqual(new Array(4).fill(Number.NaN));
  });

  it('is kept in the file, and is not part of the digest', () => {
    const trace = counted();
    const decoded = decodeTrace(encodeTrace(trace));
    expect(decoded).toEqual({ ok: true, value: trace });
    const { control: _, ...bare } = trace;
    expect(decodeTrace(encodeTrace(bare))).toEqual({ ok: true, value: bare });
    const body = encodeTrace(trace);
    expect(body.length).toBeGreaterThan(encodeTrace(bare).length);
  });

  it('goes with failed pieces, whose bytes came in vain', () => {
    expect([...foldFailedBytes(counted())]).toEqual([0, 32_768, 0, 0]);
  });
});

describe('control overhead of a run', () => {
  const trace = simulate(smallPlan([{}, {}, {}]));
  const names = (peer: number): Record<string, number> =>
    Object.fromEntries(
      CONTROL_KIND_NAMES.map((name, kind) => [
        name,
        trace.control?.sentBytes[peer * (trace.control?.kinds ?? 0) + kind] ?? 0,
      ]),
    );

  it('has a header for each block that was sent, and a request for each that was wanted', () => {
    const { blocks } = trace.arrivals;
    let headers = 0;
    let requests = 0;
    for (const peer of trace.header.peers.keys()) {
      headers += names(peer)['piece header'] ?? 0;
      requests += names(peer).request ?? 0;
    }
    const all = blocks.reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThan(0);
    expect(headers / 13).toBeGreaterThanOrEqual(all);
    expect(requests / 17).toBeGreaterThanOrEqual(all);
    expect(headers / 13).toBeLessThan(all * 1.2);
  });

  it('has a handshake at each end of a connection', () => {
    for (const peer of trace.header.peers.keys()) {
      const handshakes = (names(peer).handshake ?? 0) / 68;
      expect(handshakes).toBeGreaterThanOrEqual(1);
      expect(Number.isInteger(handshakes)).toBe(true);
    }
  });
});
