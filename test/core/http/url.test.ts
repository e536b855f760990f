/** URLs of trackers: what is found in them, and what is refused before it can become part of a request. */
import { describe, expect, it } from 'vitest';
import { authorityOf, parseUrl, percentDecode, percentEncode } from '../../../src/core/http/url.ts';

describe('a URL', () => {
  it.each([
    ['http://t.example/announce', 'http', 't.example', undefined, '/announce', 't.example'],
    ['HTTPS://T.Example:443/a?b=/c?d', 'https', 't.example', 443, '/a?b=/c?d', 't.example:443'],
    ['udp://10.0.0.1:6969', 'udp', '10.0.0.1', 6969, '/', '10.0.0.1:6969'],
    ['http://[2001:DB8::1]:80/x#part', 'http', '2001:db8::1', 80, '/x', '[2001:db8::1]:80'],
    ['http://t?k=1', 'http', 't', undefined, '/?k=1', 't'],
    ['http://t/é', 'http', 't', undefined, '/%C3%A9', 't'],
  ])('%s', (text, scheme, host, port, target, authority) => {
    const parsed = parseUrl(text);
    expect(parsed).toEqual({ ok: true, value: { scheme, host, port, target } });
    if (parsed.ok) expect(authorityOf(parsed.value)).toBe(authority);
  });

  it.each([
    '',
    'announce',
    '//t/announce',
    'http://',
    'http://:80/',
    'http://t:0/',
    'http://t:65536/',
    'http://t:80x/',
    'http://::1/',
    'http://[::1/',
    'http://user:secret@t/',
    'http://t/a b',
    'http://t/a\r\nHost: other',
    'http://t/\0',
    `http://t/${'x'.repeat(5000)}`,
  ])('%j is refused', (text) => {
    expect(parseUrl(text).ok).toBe(false);
  });
});

describe('percent-encoding', () => {
  it('leaves the unreserved characters alone and escapes all other bytes', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const text = percentEncode(all);
    expect(text.replace(/%[0-9A-F]{2}/g, '')).toBe(
      '-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~',
    );
    expect(percentDecode(text)).toEqual(all);
  });

  it('takes lower-case escapes and bare characters, and leaves "+" as it is', () => {
    expect(percentDecode('%0a+a')).toEqual(Uint8Array.of(10, 43, 97));
  });

  it.each(['%', '%1', '%zz', 'a%2', '\u0100'])('%j is refused', (text) => {
    expect(percentDecode(text)).toBeUndefined();
  });
});
