/** Translation of addresses: who reaches whom, through which port, and for how long. */
import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/ports.ts';
import { Nat, type NatKind, natKinds, SESSION_IDLE_US, SESSIONS_MAX } from '../../src/sim/nat.ts';

const a: Address = { host: '10.0.0.1', port: 1000 };
const samePlace: Address = { host: '10.0.0.1', port: 1001 };
const b: Address = { host: '10.0.0.2', port: 1000 };

describe('a session', () => {
  const filters: readonly (readonly [NatKind, boolean, boolean, boolean])[] = [
    // Sent to a; now something comes from: a, another port there, another host.
    ['open', true, true, true],
    ['full-cone', true, true, true],
    ['restricted', true, true, false],
    ['port-restricted', true, false, false],
    ['symmetric', true, false, false],
  ];

  it.each(filters)(
    'of a %s translation lets in a: %s, its other ports: %s, other hosts: %s',
    (kind, ...lets) => {
      const nat = new Nat(kind);
      const external = nat.outbound(5000, a, 0);
      expect([a, samePlace, b].map((from) => nat.inbound(external, from, 1) === 5000)).toEqual(lets);
    },
  );

  it.each(natKinds.filter((kind) => kind !== 'open'))('is needed by a %s translation', (kind) => {
    expect(new Nat(kind).inbound(5000, a, 0)).toBeUndefined();
  });

  it.each(natKinds.filter((kind) => kind !== 'open'))(
    'of a %s translation ends after two idle minutes',
    (kind) => {
      const nat = new Nat(kind);
      const external = nat.outbound(5000, a, 7);
      expect(nat.inbound(external, a, 7 + SESSION_IDLE_US - 1)).toBe(5000);
      expect(nat.inbound(external, a, 7 + SESSION_IDLE_US)).toBeUndefined();
      expect(SESSION_IDLE_US).toBe(120_000_000);
    },
  );

  it('is kept up by what goes out, not by what comes in', () => {
    const nat = new Nat('port-restricted');
    const external = nat.outbound(5000, a, 0);
    expect(nat.outbound(5000, a, 100e6)).toBe(external);
    expect(nat.inbound(external, a, 200e6)).toBe(5000);
    expect(nat.inbound(external, a, 220e6)).toBeUndefined();
  });

  it('ends for each remote by itself, while the port stays for the others', () => {
    const nat = new Nat('restricted');
    const external = nat.outbound(5000, a, 0);
    expect(nat.outbound(5000, b, 60e6)).toBe(external);
    expect(nat.inbound(external, a, 120e6)).toBeUndefined();
    expect(nat.inbound(external, b, 120e6)).toBe(5000);
  });
});

describe('external ports', () => {
  it('are the internal ones where those are free', () => {
    for (const kind of natKinds) {
      const nat = new Nat(kind);
      expect(
        [5000, 5001].map((port) => nat.outbound(port, a, 0)),
        kind,
      ).toEqual([5000, 5001]);
    }
  });

  it('of a cone do not depend on the destination, of a symmetric translation every destination has its own', () => {
    for (const kind of natKinds) {
      const nat = new Nat(kind);
      const ports = [a, samePlace, b, a].map((to) => nat.outbound(5000, to, 0));
      expect(new Set(ports).size, kind).toBe(kind === 'symmetric' ? 3 : 1);
      expect(ports[3], kind).toBe(ports[0]);
    }
  });

  it('are never shared: one that is taken is passed over', () => {
    const nat = new Nat('symmetric');
    nat.outbound(5000, a, 0);
    const second = nat.outbound(5000, b, 0);
    expect(nat.outbound(second, a, 0)).not.toBe(second);
    expect(nat.inbound(second, b, 0)).toBe(5000);
  });

  it('are free again when the last session on them has ended', () => {
    const nat = new Nat('symmetric');
    nat.outbound(5000, a, 0);
    const second = nat.outbound(5000, b, 60e6);
    expect(second).not.toBe(5000);
    expect(nat.outbound(5000, samePlace, 120e6)).toBe(5000);
    expect(nat.outbound(5000, b, 120e6)).toBe(second);
  });
});

describe('a port forwarded by hand', () => {
  it.each(natKinds)('behind a %s translation lets everybody in and goes out unchanged', (kind) => {
    const nat = new Nat(kind);
    nat.forward(6881);
    expect(nat.inbound(6881, a, 0)).toBe(6881);
    expect(nat.admitsStream(6881)).toBe(true);
    expect([a, b].map((to) => nat.outbound(6881, to, 0))).toEqual([6881, 6881]);
    nat.unforward(6881);
    expect(nat.admitsStream(6881)).toBe(kind === 'open');
    expect(nat.inbound(6881, a, 0)).toBe(kind === 'open' ? 6881 : undefined);
  });

  it('is taken from whoever had it by chance', () => {
    const nat = new Nat('symmetric');
    nat.outbound(5000, a, 0);
    const chance = nat.outbound(5000, b, 0);
    nat.forward(chance);
    expect(nat.inbound(chance, b, 0)).toBe(chance);
    expect(nat.outbound(5000, b, 0)).not.toBe(chance);
  });
});

describe('the table', () => {
  it('forgets what has ended when something goes out', () => {
    const nat = new Nat('port-restricted');
    for (let port = 1; port <= 100; port++) nat.outbound(5000, { host: a.host, port }, port);
    expect(nat.sessionCount).toBe(100);
    nat.outbound(5000, b, SESSION_IDLE_US + 60);
    expect(nat.sessionCount).toBe(41);
  });

  it('is bounded: the session that was idle for longest makes room', () => {
    for (const kind of ['port-restricted', 'symmetric'] as const) {
      const nat = new Nat(kind);
      const to = (index: number): Address => ({ host: a.host, port: 1 + index });
      const ports: number[] = [];
      for (let index = 0; index < SESSIONS_MAX; index++) ports.push(nat.outbound(5000, to(index), index));
      nat.outbound(5000, to(0), SESSIONS_MAX);
      const next = nat.outbound(5000, to(SESSIONS_MAX), SESSIONS_MAX);
      expect(nat.sessionCount, kind).toBe(SESSIONS_MAX);
      expect(nat.inbound(ports[0] as number, to(0), SESSIONS_MAX), kind).toBe(5000);
      expect(nat.inbound(ports[1] as number, to(1), SESSIONS_MAX), kind).toBeUndefined();
      expect(nat.inbound(next, to(SESSIONS_MAX), SESSIONS_MAX), kind).toBe(5000);
    }
  });
});
