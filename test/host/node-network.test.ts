import { NodeNetwork } from '../../src/host/node-network.ts';
import { describeDatagrams } from '../contract/datagrams.ts';
import { describeNetwork } from '../contract/network.ts';
import { pollUntil } from '../contract/world.ts';

const world = () => ({
  left: new NodeNetwork({ localHost: '127.17.0.1' }),
  right: new NodeNetwork({ localHost: '127.17.0.2' }),
  leftHost: '127.17.0.1',
  rightHost: '127.17.0.2',
  stallBytes: 24 * 2 ** 20,
  until: pollUntil,
});

describeNetwork('node sockets', world, {
  payloadByReference: { reason: 'on real sockets a body is always bytes' },
});
describeDatagrams('node sockets', world);
