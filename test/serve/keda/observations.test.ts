import { status } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePredictRequest } from '../../../src/serve/keda/observations.js';
import { PROTO_FOLDER } from './client.js';

const PROTO = loadSync('predictkube.proto', { keepCase: true, includeDirs: [PROTO_FOLDER] });
const { serialize } = PROTO['services.ReqGetPredictMetric'] as MessageTypeDefinition<object, object>;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function decoded(bytes: Buffer): { horizon: number; samples: [number, number][] } {
  const { horizonSteps, observations } = decodePredictRequest(bytes);
  const samples = Array.from(observations.timesMs, (timeMs, i): [number, number] => [timeMs, observations.values[i]!]);
  return { horizon: horizonSteps, samples };
}

describe('decodePredictRequest', () => {
  it.each([
    ['nothing: horizon 0 and no observations', '', 0, []],
    ['a horizon of 60', '08 3c', 60, []],
    // Item of 19 bytes: timestamp {seconds 1700000000 = 0x6553f100: varint 80 e2 cf aa 06}, value 12.5.
    ['a sample', '12 13 0a 06 08 80 e2 cf aa 06 11 00 00 00 00 00 00 29 40 1a 00', 0, [[1_700_000_000_000, 12.5]]],
    // 500,000,000 ns = 0x1dcd6500: varint 80 ca b5 ee 01.
    ['a time with nanoseconds', '12 0e 0a 0c 08 80 e2 cf aa 06 10 80 ca b5 ee 01', 0, [[1_700_000_000_500, 0]]],
    ['a sample at time 0 with value 0, which is empty', '12 00', 0, [[0, 0]]],
    // -1 as int64.
    ['a time before the epoch', '12 0d 0a 0b 08 ff ff ff ff ff ff ff ff ff 01', 0, [[-1_000, 0]]],
    ['NaN', '12 09 11 00 00 00 00 00 00 f8 7f', 0, [[0, NaN]]],
    ['infinity', '12 09 11 00 00 00 00 00 00 f0 7f', 0, [[0, Infinity]]],
    ['the last of two horizons', '08 01 08 02', 2, []],
    ['fields of the future of every wire type', '18 05 21 0102030405060708 2a 02 ffff 35 01020304 08 07', 7, []],
    ['the largest horizon, inexactly', '08 ff ff ff ff ff ff ff ff ff 01', 2 ** 64, []],
  ])('reads %s', (_, text, horizon, samples) => {
    expect(decoded(hex(text))).toEqual({ horizon, samples });
  });

  it.each([
    ['ends within a varint', '08 80'],
    ['has a varint without end', '08 ff ff ff ff ff ff ff ff ff ff ff 01'],
    ['ends within a sample', '12 09 11 00 00'],
    ['has a sample longer than itself', '12 05 11'],
    ['has a timestamp longer than its sample', '12 02 0a 7f 00 00 00'],
    ['has a group, which proto3 does not have', '13 14'],
  ])('refuses a message that %s', (_, text) => {
    expect(() => decoded(hex(text))).toThrow(RangeError);
  });

  it('refuses more samples than can be of use before it makes room for them', () => {
    const bytes = Buffer.alloc(2 * 1_000_001, hex('12 00'));
    expect(() => decodePredictRequest(bytes)).toThrow(
      expect.objectContaining({ code: status.RESOURCE_EXHAUSTED }) as Error,
    );
  });

  it('reads what another implementation writes', () => {
    const sample = fc.record({
      seconds: fc.integer({ min: -1e9, max: 1e10 }),
      millis: fc.integer({ min: 0, max: 999 }),
      value: fc.double(),
      metric_name: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(fc.nat(1e6), fc.array(sample), (horizon, samples) => {
        const observations = samples.map(({ seconds, millis, ...rest }) => ({
          timestamp: { seconds, nanos: millis * 1_000_000 },
          ...rest,
        }));
        expect(decoded(serialize({ forecast_horizon: horizon, observations }))).toEqual({
          horizon,
          samples: samples.map(({ seconds, millis, value }) => [seconds * 1_000 + millis, value]),
        });
      }),
    );
  });

  it('never does anything but decode or refuse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          decodePredictRequest(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
