import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BoundRules,
  type GroupLag,
  type LagRules,
  type PartitionOffsets,
  boundedLag,
  committedOffsets,
  groupLag,
  partitionLag,
} from '../../../src/triggers/kafka/lag.js';

const at = (committed: number | null, end: number | null, partition = 0): PartitionOffsets => ({
  topic: 'orders',
  partition,
  committed,
  end,
});

const rules = (given: Partial<LagRules> = {}): LagRules => ({
  offsetResetPolicy: 'latest',
  scaleToZeroOnInvalidOffset: false,
  excludePersistentLag: false,
  ...given,
});
const earliest = { offsetResetPolicy: 'earliest' } as const;
const toZero = { scaleToZeroOnInvalidOffset: true };
const stuck = { excludePersistentLag: true };

describe('the lag of a partition', () => {
  test.each<
    [sentence: string, offsets: PartitionOffsets, before: number | undefined, given: Partial<LagRules>, lag: number]
  >([
    ['is what is not committed', at(3, 10), undefined, {}, 7],
    ['is 0 where all is committed', at(10, 10), undefined, {}, 0],
    ['is below 0 where more is committed than there is', at(12, 10), undefined, {}, -2],
    ['is 1 where nothing is committed and consumers begin at the end', at(null, 10), undefined, {}, 1],
    ['is 1 there even of an empty partition', at(null, 0), undefined, {}, 1],
    ['is 1 there even where the end is not known', at(null, null), undefined, {}, 1],
    ['is 0 there if that is wanted', at(null, 10), undefined, toZero, 0],
    ['is all messages where consumers begin at the beginning', at(null, 10), undefined, earliest, 10],
    ['is 0 there if that is wanted', at(null, 10), undefined, { ...earliest, ...toZero }, 0],
    ['is 0 there where the end is not known', at(null, null), undefined, earliest, 0],
    ['is 0 where the end is not known', at(3, null), undefined, {}, 0],
    ['counts a committed offset of 0 as committed', at(0, 10), undefined, toZero, 10],
    ['counts what stands still, unless told otherwise', at(3, 10), 3, {}, 7],
    ['counts what has moved', at(4, 10), 3, stuck, 6],
    ['counts what is seen for the first time', at(3, 10), undefined, stuck, 7],
    ['counts what has moved back', at(3, 10), 5, stuck, 7],
    ['does not take uncommitted for what stands still', at(null, 10), undefined, { ...stuck, ...earliest }, 10],
  ])('%s', (_sentence, offsets, before, given, lag) => {
    expect(partitionLag(offsets, before, rules(given))).toEqual({ forScaling: lag, forActivation: lag });
  });

  test('that stands still does not scale, and still activates', () => {
    expect(partitionLag(at(3, 10), 3, rules(stuck))).toEqual({ forScaling: 0, forActivation: 7 });
  });
});

test('the lag of a group is the sum over its partitions', () => {
  const partitions = [at(3, 10, 0), at(10, 10, 1), at(null, 4, 2), at(1, 6, 3)];
  const before = new Map([['orders/3', 1]]);
  expect(groupLag(partitions, before, rules({ ...earliest, ...stuck }))).toEqual({
    // 7 + 0 + 4 + 0 of those that move; 7 + 0 + 4 + 5 of all.
    forScaling: 11,
    forActivation: 16,
    partitions: 4,
    partitionsWithLag: 2,
  });
});

test('a poll remembers what is committed, by topic and partition', () => {
  const partitions = [at(3, 10, 0), at(null, 4, 1), { ...at(0, 5, 0), topic: 'mails' }];
  const committed = [
    ['orders/0', 3],
    ['mails/0', 0],
  ];
  expect([...committedOffsets(partitions)]).toEqual(committed);
});

describe('the lag to scale by, at 10 messages for each replica,', () => {
  const free = { allowIdleConsumers: true };
  const limited = { limitToPartitionsWithLag: true };
  const even = { ensureEvenDistributionOfPartitions: true };
  test.each<
    [sentence: string, lag: number, partitions: number, withLag: number, given: Partial<BoundRules>, wanted: number]
  >([
    ['is the lag where there are partitions enough', 25, 3, 3, {}, 25],
    ['is bounded to one replica for each partition', 100, 3, 3, {}, 30],
    ['is not bounded while whole replicas are not exceeded', 39, 3, 3, {}, 39],
    ['is not bounded where replicas may idle', 100, 3, 3, free, 100],
    ['is bounded to the partitions with lag', 100, 6, 2, limited, 20],
    ['is 0 where no partition has lag', 0, 6, 0, limited, 0],
    ['is bounded by partitions with lag even where replicas may idle', 100, 6, 2, { ...limited, ...free }, 20],
    ['is the next number of replicas that divides the partitions: 4 of 8', 25, 8, 8, even, 40],
    ['is the next number of replicas that divides the partitions: 2 of 8', 20, 8, 8, even, 20],
    ['is one replica for each partition where no divisor carries it', 500, 8, 8, even, 80],
    ['goes from one replica to all where their number is prime', 11, 7, 7, even, 70],
    ['is one replica without any lag', 0, 8, 0, even, 10],
    ['is even even where replicas may idle', 500, 8, 8, { ...even, ...free }, 80],
    ['is below 0 where the lag is', -5, 3, 0, {}, -5],
  ])('%s', (_sentence, forScaling, partitions, partitionsWithLag, given, wanted) => {
    const lag: GroupLag = { forScaling, forActivation: forScaling, partitions, partitionsWithLag };
    const bounds: BoundRules = {
      lagThreshold: 10,
      allowIdleConsumers: false,
      limitToPartitionsWithLag: false,
      ensureEvenDistributionOfPartitions: false,
      ...given,
    };
    expect(boundedLag(lag, bounds)).toBe(wanted);
  });

  test('never asks for more whole replicas than there are partitions, unless told otherwise', () => {
    const count = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.nat(100_000), count, count, fc.boolean(), (forScaling, partitions, lagThreshold, isEven) => {
        const lag = { forScaling, forActivation: forScaling, partitions, partitionsWithLag: partitions };
        const wanted = boundedLag(lag, {
          lagThreshold,
          allowIdleConsumers: false,
          limitToPartitionsWithLag: false,
          ensureEvenDistributionOfPartitions: isEven,
        });
        expect(Math.floor(wanted / lagThreshold)).toBeLessThanOrEqual(partitions);
        if (isEven) expect(partitions % (wanted / lagThreshold)).toBe(0);
      }),
    );
  });
});
