/** Against a map by the written address: the same things are found, whatever was added and deleted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/core/address.ts';
import { type Contactable, ContactMap } from '../../src/core/contact-map.ts';

const contact = fc.record({
  host: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '::1'),
  port: fc.integer({ min: 1, max: 4 }),
});

describe('things by address', () => {
  it('are those of a map by the written address', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ contact, deletes: fc.boolean() }), { maxLength: 60 }), (steps) => {
        const expected = new Map<string, Contactable>();
        const map = new ContactMap<Contactable>();
        for (const { contact, deletes } of steps) {
          const key = formatAddress(contact);
          const known = expected.get(key);
          expect(map.get(contact)).toBe(known);
          if (known === undefined) {
            const thing = { contact };
            expected.set(key, thing);
            map.add(thing);
          } else if (deletes) {
            expected.delete(key);
            map.delete(known);
          }
          expect(map.size).toBe(expected.size);
        }
        for (const thing of expected.values()) expect(map.get({ ...thing.contact })).toBe(thing);
      }),
    );
  });

  it('are forgotten one by one, of a host with several ports too', () => {
    const map = new ContactMap<Contactable>();
    const things = [1, 2, 3].map((port) => ({ contact: { host: '10.0.0.1', port } }));
    for (const thing of things) map.add(thing);
    for (const [index, thing] of things.entries()) {
      map.delete(thing);
      expect(map.get(thing.contact)).toBeUndefined();
      expect(things.filter(({ contact }) => map.get(contact) !== undefined)).toEqual(things.slice(index + 1));
    }
    expect(map.size).toBe(0);
    map.add(things[0] as Contactable);
    expect(map.get({ host: '10.0.0.1', port: 1 })).toBe(things[0]);
  });
});
