/** Sockets that an agent makes in a network namespace keep the contract of all networks, and nothing of it stays. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../src/core/ports.ts';
import { NamespaceError, NamespaceLab } from '../../src/host/namespaces/namespace-lab.ts';
import { describeDatagrams } from '../contract/datagrams.ts';
import { describeNetwork } from '../contract/network.ts';
import { pollUntil } from '../contract/world.ts';
import { NAMESPACE_AGENT, NAMESPACES } from '../support/namespaces.ts';

const HOSTS = ['10.77.0.1', '10.77.0.2'];
const wide = { upBytesPerSec: 125_000_000, downBytesPerSec: 125_000_000, queueBytes: 1_000_000 };
const hosts = HOSTS.map((address) => ({ address, ...wide }));

const namespaces = (): string[] =>
  execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`swarmlab-${process.pid}-`));

describe.skipIf(!NAMESPACES)('in network namespaces', () => {
  const lab = new NamespaceLab(NAMESPACE_AGENT);
  let networks: readonly Network[] = [];
  beforeAll(async () => {
    networks = await lab.build(hosts);
  });
  afterAll(() => lab.close());

  const world = () => ({
    left: networks[0] as Network,
    right: networks[1] as Network,
    leftHost: HOSTS[0] as string,
    rightHost: HOSTS[1] as string,
    stallBytes: 24 * 2 ** 20,
    until: pollUntil,
  });
  describeNetwork('namespaces', world, {
    payloadByReference: { reason: 'on real sockets a body is always bytes' },
  });
  describeDatagrams('namespaces', world);
});

describe.skipIf(!NAMESPACES)('a laboratory of namespaces', () => {
  it('leaves nothing, and ends its agents', async () => {
    const before = namespaces();
    const lab = new NamespaceLab(NAMESPACE_AGENT);
    await lab.build(hosts);
    expect(namespaces()).toHaveLength(before.length + HOSTS.length + 1);
    await lab.close();
    expect(namespaces()).toEqual(before);
  });

  it('says what the kernel refuses, and leaves nothing of what it had made', async () => {
    const before = namespaces();
    const lab = new NamespaceLab(NAMESPACE_AGENT);
    const building = lab.build([hosts[0], { address: 'nowhere', ...wide }] as typeof hosts);
    await expect(building).rejects.toThrow(NamespaceError);
    await expect(building).rejects.toThrow(/nowhere/);
    expect(namespaces()).toEqual(before);
  });

  it('removes what a killed process has left', async () => {
    // No process has this number: it is above the largest that Linux gives.
    execFileSync('ip', ['netns', 'add', 'swarmlab-4194999-0-h0']);
    const lab = new NamespaceLab(NAMESPACE_AGENT);
    await lab.build([]);
    await lab.close();
    expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain('swarmlab-4194999');
  });
});
