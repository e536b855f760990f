/** Where redirects lead, and where they may not. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8, toLatin1 } from '../../../src/core/bytes.ts';
import { REDIRECTS_MAX, reachOf, redirectRefusal, redirectTarget } from '../../../src/core/http/redirects.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { StreamHttpServer } from '../../../src/core/http/stream-server.ts';
import { authorityOf, parseUrl } from '../../../src/core/http/url.ts';
import { FakeWorld } from '../../support/fake-world.ts';

describe('the target of a redirect', () => {
  const base = parseUrl('http://tracker.example:8080/a/announce?x=1&y=/');
  if (!base.ok) throw new Error(base.error.message);

  it.each([
    ['http://other.example/b?z', 'http://other.example/b?z'],
    ['https://other.example/', 'https://other.example/'],
    ['//other.example:9/b', 'http://other.example:9/b'],
    ['/b?z', 'http://tracker.example:8080/b?z'],
    ['b', 'http://tracker.example:8080/a/b'],
    ['?z', 'http://tracker.example:8080/a/announce?z'],
  ])('%s leads to %s', (location, expected) => {
    const target = redirectTarget(base.value, location);
    if (!target.ok) throw new Error(target.error.message);
    expect(`${target.value.scheme}://${authorityOf(target.value)}${target.value.target}`).toBe(expected);
  });

  it.each([
    'file:///etc/passwd',
    'udp://10.0.0.1:80/announce',
    'ftp://h/',
    'javascript:1',
    '//',
    'http://u@h/',
  ])('%s leads nowhere', (location) => {
    expect(redirectTarget(base.value, location).ok).toBe(false);
  });
});

describe('a redirect', () => {
  const near = {
    loopback: ['127.0.0.1', '127.9.9.9', '::1'],
    private: ['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', 'fe80::1', 'fd00::1'],
    global: ['20.0.0.1', '100.63.0.1', '100.128.0.1', '2001:db8::1'],
    none: ['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', '::ffff:127.0.0.1'],
  };

  it('knows how far an address reaches', () => {
    for (const [reach, hosts] of Object.entries(near)) {
      expect(hosts.map(reachOf)).toEqual(hosts.map(() => reach));
    }
  });

  it.each([
    ['global', 'global', true],
    ['global', 'private', false],
    ['global', 'loopback', false],
    ['private', 'global', true],
    ['private', 'private', true],
    ['private', 'loopback', false],
    ['loopback', 'global', true],
    ['loopback', 'private', true],
    ['loopback', 'loopback', true],
    ['global', 'none', false],
    ['loopback', 'none', false],
  ] as const)('from %s to %s: %s', (from, to, may) => {
    for (const one of near[from]) {
      for (const other of near[to]) {
        expect(redirectRefusal(one, other) === undefined, `${one} to ${other}`).toBe(may);
      }
    }
  });
});

describe('the simulated client', () => {
  const PUBLIC = '20.0.0.1';
  const SECOND = 1_000_000;

  /** What comes of asking `PUBLIC` for `/first`, when each target answers with a redirect or a body. */
  function ask(answers: Readonly<Record<string, string>>, from = PUBLIC): { said: string; asked: string[] } {
    const world = new FakeWorld();
    const asked: string[] = [];
    for (const host of [PUBLIC, '20.0.0.2', '10.0.0.1', '127.0.0.1']) {
      new StreamHttpServer(
        { clock: world.clock, network: world.network(host) },
        {
          port: 80,
          handle: (target) => {
            asked.push(`${host}${target}`);
            const location = answers[`${host}${target}`];
            const body = encodeUtf8(`body of ${host}`);
            const plain = { status: 200, contentType: 'text/plain', body };
            return location === undefined ? plain : { ...plain, status: 302, location };
          },
        },
      );
    }
    const client = new StreamHttpClient({ clock: world.clock, network: world.network('20.9.9.9') });
    let said = '';
    const limits = {
      maxBodyBytes: 1000,
      timeoutUs: 20 * SECOND,
      refuse: (host: string, target: string) =>
        target === '/forbidden' ? `${host} is not to be asked` : undefined,
    };
    client.get(`http://${from}/first`, limits, (response, failure) => {
      said = response === undefined ? (failure?.message ?? '') : toLatin1(response.body);
    });
    world.clock.advance(30 * SECOND);
    expect(world.clock.pendingCount).toBe(0);
    return { said, asked };
  }

  it('follows redirects, and says who answered in the end', () => {
    const { said, asked } = ask({ [`${PUBLIC}/first`]: 'http://20.0.0.2/a', '20.0.0.2/a': '/b' });
    expect(said).toBe('body of 20.0.0.2');
    expect(asked).toEqual([`${PUBLIC}/first`, '20.0.0.2/a', '20.0.0.2/b']);
  });

  it('does not go round in circles', () => {
    const { said, asked } = ask({ [`${PUBLIC}/first`]: '/first' });
    expect(said).toBe('more than 5 redirects');
    expect(asked).toHaveLength(REDIRECTS_MAX + 1);
  });

  it.each([
    [PUBLIC, 'http://127.0.0.1/admin', 'a redirect to an address on this machine is not followed'],
    [PUBLIC, 'http://10.0.0.1/admin', 'a redirect to an address in the local network is not followed'],
    ['10.0.0.1', 'http://127.0.0.1/admin', 'a redirect to an address on this machine is not followed'],
    [PUBLIC, 'http://20.0.0.2/forbidden', '20.0.0.2 is not to be asked'],
    [PUBLIC, 'http://router/', 'cannot look up the name router here'],
    [PUBLIC, 'file:///etc/passwd', 'URL without a usable host and port'],
    [PUBLIC, 'ftp://20.0.0.2/', 'not an http: or https: URL: ftp://20.0.0.2/'],
  ])('of %s to %s is not followed', (from, location, message) => {
    const { said, asked } = ask({ [`${from}/first`]: location }, from);
    expect([said, asked]).toEqual([message, [`${from}/first`]]);
  });

  it('follows one within the local network', () => {
    const { said } = ask({ '10.0.0.1/first': 'http://20.0.0.1/a' }, '10.0.0.1');
    expect(said).toBe(`body of ${PUBLIC}`);
  });
});
