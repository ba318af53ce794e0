import { describe, expect, test } from 'vitest';
import { type Operation, aggregate } from '../../../src/triggers/rabbitmq/aggregate.js';
import { type Mode, type QueueState, measure } from '../../../src/triggers/rabbitmq/modes.js';

const state = (messages: number, publishRate: number, deliverGetRate: number): QueueState => ({
  messages,
  publishRate,
  deliverGetRate,
});

// Worked by hand from KEDA's table: m messages, p publish rate, d deliver rate, a activation value.
test.each<[mode: Mode, m: number, p: number, d: number, a: number, value: number, active: boolean]>([
  ['QueueLength', 7, 1, 1, 0, 7, true],
  ['QueueLength', 7, 1, 1, 7, 7, false],
  ['QueueLength', 0, 9, 9, 0, 0, false],
  ['MessageRate', 0, 2.5, 0, 2, 2.5, true],
  ['MessageRate', 9, 0, 0, 2, 0, true],
  ['MessageRate', 2, 2, 0, 2, 2, false],
  ['DeliverGetRate', 9, 9, 0.5, 0, 0.5, true],
  ['DeliverGetRate', 9, 9, 0, 0, 0, false],
  ['PublishedToDeliveredRatio', 0, 6, 4, 1, 1.5, true],
  ['PublishedToDeliveredRatio', 0, 6, 4, 2, 1.5, false],
  ['PublishedToDeliveredRatio', 0, 6, 0, 3, 3, true],
  ['PublishedToDeliveredRatio', 5, 0, 0, 0, 0, false],
  ['PublishedToDeliveredRatio', 5, 0, 4, 0, 0, false],
  // (6 - 4) / 4 + 10 / 4 = 0.5 + 2.5
  ['ExpectedQueueConsumptionTime', 10, 6, 4, 2, 3, true],
  ['ExpectedQueueConsumptionTime', 10, 6, 4, 3, 3, false],
  ['ExpectedQueueConsumptionTime', 10, 6, 0, 4, 4, true],
  ['ExpectedQueueConsumptionTime', 0, 6, 0, 4, 0, false],
  ['ExpectedQueueConsumptionTime', 0, 6, 4, 0, 0, false],
  // (0 - 100) / 100 + 1 / 100: the queue shrinks faster than it is filled.
  ['ExpectedQueueConsumptionTime', 1, 0, 100, 0, -0.99, false],
])('%s of m=%d p=%d d=%d, a=%d is %d, active: %s', (mode, m, p, d, a, value, active) => {
  expect(measure(mode, state(m, p, d), a)).toEqual({ value: expect.closeTo(value, 12) as number, active });
});

describe('several queues', () => {
  const queues = [state(5, 1, 3), state(2, 4, 0), state(0, 0, 0)];

  test.each<[operation: Operation, expected: QueueState]>([
    ['sum', state(7, 5, 3)],
    // 7 / 3 rounded down, 5 / 3 and 3 / 3 not.
    ['avg', state(2, 5 / 3, 1)],
    ['max', state(5, 4, 3)],
  ])('%s', (operation, expected) => {
    expect(aggregate(queues, operation)).toEqual(expected);
    expect(aggregate([], operation)).toEqual(state(0, 0, 0));
  });
});
