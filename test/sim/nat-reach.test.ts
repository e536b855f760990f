/** Who reaches whom on the simulated internet: every pair of kinds of translation, and the classic hole punching. */
import { describe, expect, it } from 'vitest';
import type { Address, DatagramSocket } from '../../src/core/ports.ts';
import { type NatKind, natKinds, SESSION_IDLE_US } from '../../src/sim/nat.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { SmallWorld } from './small-world.ts';

const pairs = natKinds.flatMap((from) => natKinds.map((to) => [from, to] as const));

/** A socket on a host, and where what it hears comes from. */
class Ear {
  /** Where it would be seen if nothing were translated. */
  readonly address: Address;
  heard: Address[] = [];
  readonly #socket: DatagramSocket;

  constructor(host: SimulatedHost, port: number) {
    this.address = { host: host.address, port };
    this.#socket = host.network.bindDatagrams(port, {
      onBound() {},
      onDatagramError() {},
      onDatagram: (_bytes, from) => this.heard.push(from),
    });
  }

  send(to: Address): void {
    this.#socket.send(new Uint8Array(20), to);
  }
}

/** Two homes, and a server in the open that says where a socket is seen. */
class Meeting {
  readonly world = new SmallWorld();
  readonly left: Ear;
  readonly leftToo: Ear;
  readonly right: Ear;
  readonly #server: Ear;

  constructor(leftKind: NatKind, rightKind: NatKind) {
    const home = this.world.host({ nat: leftKind });
    this.left = new Ear(home, 5000);
    this.leftToo = new Ear(home, 5001);
    this.right = new Ear(this.world.host({ nat: rightKind }), 5000);
    this.#server = new Ear(this.world.host(), 3478);
  }

  seenAt(ear: Ear): Address {
    ear.send(this.#server.address);
    this.world.run(0.1);
    return this.#server.heard.pop() as Address;
  }

  /** Whether the right one hears what the left one sends there. */
  rightHears(at: Address): boolean {
    this.world.run(0.1);
    this.right.heard = [];
    this.left.send(at);
    this.world.run(0.1);
    return this.right.heard.length > 0;
  }
}

describe('a datagram into a home', () => {
  it.each(pairs)('%s to %s: that sent nothing is heard by the open one only', (from, to) => {
    const meeting = new Meeting(from, to);
    expect(meeting.rightHears(meeting.right.address)).toBe(to === 'open');
    expect(meeting.world.internet.counts.filtered).toBe(to === 'open' ? 0 : 1);
  });

  it.each(pairs)('%s to %s: that sent to somebody else is heard by a full cone, too', (from, to) => {
    const meeting = new Meeting(from, to);
    expect(meeting.rightHears(meeting.seenAt(meeting.right))).toBe(['open', 'full-cone'].includes(to));
  });

  it.each(pairs)('%s to %s: that sent to another port is heard by a restricted one, too', (from, to) => {
    const meeting = new Meeting(from, to);
    meeting.right.send(meeting.seenAt(meeting.leftToo));
    expect(meeting.rightHears(meeting.right.address)).toBe(['open', 'full-cone', 'restricted'].includes(to));
  });

  it.each(pairs)('%s to %s: that sent to that port is heard, if it really comes from there', (from, to) => {
    const meeting = new Meeting(from, to);
    // A symmetric sender was seen at one port and sends from another.
    meeting.right.send(meeting.seenAt(meeting.left));
    const loose = ['open', 'full-cone', 'restricted'].includes(to);
    expect(meeting.rightHears(meeting.right.address)).toBe(loose || from !== 'symmetric');
  });

  it.each(pairs)('%s to %s: is answered to where it came from, and the answer is heard', (from, to) => {
    const meeting = new Meeting(from, to);
    const { left, right, world } = meeting;
    right.send(left.address);
    if (!meeting.rightHears(right.address)) throw new Error('not even heard');
    right.send(right.heard[0] as Address);
    left.heard = [];
    world.run(0.1);
    expect(left.heard).toEqual([right.address]);
  });

  it('is heard for two minutes after the last one out', () => {
    for (const [idleUs, heard] of [
      [SESSION_IDLE_US - 1, true],
      [SESSION_IDLE_US, false],
    ] as const) {
      const { world, left, right } = new Meeting('open', 'full-cone');
      right.send(left.address);
      world.simulation.runUntil(idleUs - 40);
      // Twenty bytes take 20 us on each of the two lines.
      left.send(right.address);
      world.run(1);
      expect(right.heard.length > 0).toBe(heard);
    }
  });

  it('comes from the external port', () => {
    const { world, left, right } = new Meeting('symmetric', 'open');
    const other = new Ear(world.host(), 5000);
    left.send(right.address);
    left.send(other.address);
    world.run(1);
    expect(right.heard).toEqual([left.address]);
    expect(other.heard[0]?.host).toBe(left.address.host);
    expect(other.heard[0]?.port).not.toBe(left.address.port);
  });
});

describe('hole punching', () => {
  /** Each sends to where the server saw the other, and to where it was heard from; both must hear in the end. */
  function succeeds(leftKind: NatKind, rightKind: NatKind): boolean {
    const meeting = new Meeting(leftKind, rightKind);
    const { left, right, world } = meeting;
    const seenRight = meeting.seenAt(right);
    const seenLeft = meeting.seenAt(left);
    for (let round = 0; round < 4; round++) {
      const toRight = [seenRight, ...left.heard];
      const toLeft = [seenLeft, ...right.heard];
      left.heard = [];
      right.heard = [];
      for (const to of toRight) left.send(to);
      for (const to of toLeft) right.send(to);
      world.run(0.1);
    }
    return left.heard.length > 0 && right.heard.length > 0;
  }

  // Ford, Srisuresh and Kegel (2005): it takes endpoint-independent mapping, or a filter that looks at addresses only.
  const outcomes: Readonly<Record<NatKind, readonly boolean[]>> = {
    open: [true, true, true, true, true],
    'full-cone': [true, true, true, true, true],
    restricted: [true, true, true, true, true],
    'port-restricted': [true, true, true, true, false],
    symmetric: [true, true, true, false, false],
  };

  it.each(natKinds)('of a %s translation with each of the others', (kind) => {
    expect(natKinds.map((other) => succeeds(kind, other))).toEqual(outcomes[kind]);
  });

  it('needs both: a port-restricted home does not hear of one that it does not send to', () => {
    const meeting = new Meeting('port-restricted', 'port-restricted');
    const at = meeting.seenAt(meeting.right);
    for (let tries = 0; tries < 5; tries++) expect(meeting.rightHears(at)).toBe(false);
  });
});

describe('a stream into a home', () => {
  it.each(pairs)('%s to %s: opens when the line is open, else it times out in silence', (from, to) => {
    const world = new SmallWorld();
    const left = world.host({ nat: from });
    const right = world.host({ nat: to });
    const end = world.dial(left, right);
    world.run(60);
    expect(end.ends).toEqual(to === 'open' ? [] : ['timeout']);
    expect(end.openedUs >= 0).toBe(to === 'open');
    expect(world.accepted).toHaveLength(to === 'open' ? 1 : 0);
  });

  it.each(natKinds)('behind a %s translation opens when its port was forwarded', (kind) => {
    const world = new SmallWorld();
    const left = world.host({ nat: kind });
    const right = world.host({ nat: kind });
    right.nat.forward(6881);
    const end = world.dial(left, right);
    world.run(1);
    expect(end.openedUs).toBeGreaterThanOrEqual(0);
    end.send(1000);
    world.accepted[0]?.send(500);
    world.run(1);
    expect([world.accepted[0]?.receivedBytes, end.receivedBytes]).toEqual([1000, 500]);
  });

  it('is not let in by a datagram that went out', () => {
    const world = new SmallWorld();
    const left = world.host();
    const right = world.host({ nat: 'full-cone' });
    new Ear(right, 6881).send({ host: left.address, port: 6881 });
    world.run(1);
    const end = world.dial(left, right);
    world.run(60);
    expect(end.ends).toEqual(['timeout']);
  });
});
