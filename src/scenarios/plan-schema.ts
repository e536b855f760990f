/**
 * The form of a plan in a file, so that nothing in one can harm a run: numbers in their bounds, names that there are.
 * References between its parts are looked at in `plan-file.ts`. Keys that are not known here pass: a plan is written by
 * the program.
 */
import { z } from 'zod';
import { behaviours } from '../sim/misbehaviour/behaviours.ts';
import { natKinds } from '../sim/nat.ts';

const whole = () => z.int().min(0);
const optionalWhole = () => whole().optional();
const rate = () => whole().max(1e12);
const perMillion = () => whole().max(1_000_000);
const text = () => z.string().max(1000);
const spanUs = () => z.object({ fromUs: whole(), toUs: whole() });

export function planSchema() {
  return z.looseObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case letters, digits and hyphens')
      .max(64),
    description: z.string().max(2000),
    seed: whole(),
    endUs: z.int().min(1),
    sampleUs: z.int().min(1),
    payload: z.enum(['reference', 'bytes']),
    startsAtUs: whole(),
    healAtUs: optionalWhole(),
    swarm: z.boolean(),
    internet: internet(),
    torrent: torrent(),
    tracker: z.looseObject({
      isOff: z.literal(true).optional(),
      transport: z.enum(['udp', 'http']),
      intervalUs: z.int().min(1),
      numwant: whole().max(200),
      ownGroupPerMillion: whole().max(1_000_000).optional(),
      link: link(),
    }),
    dht: z
      .looseObject({ bootstrap: z.union([z.literal('router'), z.array(whole()).max(100_000)]) })
      .optional(),
    groups: z.array(text()).min(1).max(1000),
    peers: z.array(peer()).min(1).max(100_000),
    events: z.array(event()).max(100_000),
  });
}

function internet() {
  return z.looseObject({
    regions: z.array(text()).max(1000),
    regionDelaysUs: z.array(z.array(whole())),
    pairDelayUs: z.object({ lowest: whole(), highest: whole() }),
  });
}

function torrent() {
  return z.looseObject({
    name: z.string().min(1).max(255),
    pieceLengthBytes: z
      .int()
      .min(16_384)
      .max(16 * 1024 * 1024),
    files: z
      .array(
        z.looseObject({
          path: z.array(z.string().min(1).max(255)).min(1),
          lengthBytes: whole().max(2 ** 50),
        }),
      )
      .min(1)
      .max(10_000),
  });
}

function link() {
  return z.looseObject({
    profile: z.string().optional(),
    upBytesPerSec: rate().min(1),
    downBytesPerSec: rate().min(1),
    latencyUs: whole(),
    queueBytes: z.int().min(1),
    jitterUs: whole(),
    lossPerMillion: perMillion(),
    lossBurst: z.number().min(1).max(1000),
    region: optionalWhole(),
    nat: z.enum(natKinds),
    schedule: z.array(spanUs().extend({ upPerMille: whole().max(1000), downPerMille: whole().max(1000) })),
    caps: z
      .array(
        z.looseObject({
          counts: z.enum(['up', 'down', 'both']),
          bytes: z.int().min(1),
          periodUs: z.int().min(1_000_000),
          // biome-ignore lint/suspicious/noThenProperty: as plans have it.
          then: z.union([
            z.object({ kind: z.literal('cut') }),
            z.object({ kind: z.literal('throttle'), bytesPerSec: rate() }),
          ]),
        }),
      )
      .max(10),
  });
}

function event() {
  const peers = z.array(whole()).max(100_000);
  const side = z.array(z.int().min(-1)).max(100_001);
  const untilUs = optionalWhole();
  const of = <Keys extends z.core.$ZodLooseShape>(kind: string, keys: Keys) =>
    z.looseObject({ atUs: whole(), label: text(), kind: z.literal(kind), ...keys });
  const cut = { from: side, to: side, bothWays: z.boolean(), untilUs };
  return z.union([
    of('partition', cut),
    of('hold', cut),
    of('latency', { peers, addUs: whole(), untilUs }),
    of('loss', { peers, lossPerMillion: perMillion(), lossBurst: z.number().min(1).max(1000), untilUs }),
    of('line', { peers, upBytesPerSec: rate().optional(), downBytesPerSec: rate().optional(), untilUs }),
    of('crash', { peers, restartAfterUs: optionalWhole() }),
    of('leave', { peers }),
    of('disk', { peers, fault: diskFault(), untilUs }),
    of('tracker', { fault: z.enum(['down', 'lies']), untilUs }),
    of('engine', { peers, engine: z.looseObject({}) }),
  ]);
}

function diskFault() {
  return z.union([
    z.object({ kind: z.enum(['full', 'failing']) }),
    z.object({ kind: z.literal('slow'), bytesPerSec: rate() }),
    z.object({ kind: z.literal('corrupting'), perMillion: perMillion() }),
  ]);
}

function peer() {
  return z.looseObject({
    id: text().min(1),
    group: whole(),
    arriveUs: whole(),
    have: z.union([z.enum(['all', 'none']), z.looseObject({ pieces: z.string().max(10_000_000) })]),
    link: link(),
    absences: z.array(spanUs()),
    leave: z.looseObject({
      afterCompleteUs: optionalWhole(),
      atShareRatioPerMille: optionalWhole(),
      whenCopies: optionalWhole(),
      abortAfterUs: optionalWhole(),
      atUs: optionalWhole(),
    }),
    disk: z.looseObject({
      accessUs: whole(),
      readBytesPerSec: rate(),
      writeBytesPerSec: rate(),
      roomBytes: optionalWhole(),
      corruptPerMillion: perMillion(),
      unsyncedUs: whole(),
    }),
    behaviour: z.enum(behaviours),
    engine: z.looseObject({
      uploadSlots: z.int().min(1).max(1000),
      connectionsMax: z.int().min(1).max(10_000),
      uploadLimitBytesPerSec: rate(),
      downloadLimitBytesPerSec: rate(),
    }),
  });
}
