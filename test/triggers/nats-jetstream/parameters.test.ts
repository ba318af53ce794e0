import { describe, expect, test } from 'vitest';
import { natsJetstreamType } from '../../../src/triggers/nats-jetstream/nats-jetstream.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [natsJetstreamType()];

const written = (metadata: Record<string, string>, more: Partial<WrittenTrigger> = {}): WrittenTrigger => ({
  type: 'nats-jetstream',
  metadata: {
    natsServerMonitoringEndpoint: 'nats.default:8222',
    account: '$G',
    stream: 'orders',
    consumer: 'worker',
    ...metadata,
  },
  ...more,
});

test.each<[sentence: string, trigger: WrittenTrigger, name: string, target: number]>([
  ['a stream', written({}), 'nats-jetstream-orders', 10],
  ['lagThreshold', written({ lagThreshold: '50' }), 'nats-jetstream-orders', 50],
  [
    'a stream with signs that KEDA replaces',
    written({ stream: 'shop.orders:eu' }),
    'nats-jetstream-shop-orders-eu',
    10,
  ],
  ['the account by its other name', written({ account: '', accountID: 'ABC' }), 'nats-jetstream-orders', 10],
  [
    'endpoint and account of the TriggerAuthentication',
    written(
      { natsServerMonitoringEndpoint: '', account: '' },
      { auth: { natsServerMonitoringEndpoint: '[::1]:8222', account: 'SHOP' } },
    ),
    'nats-jetstream-orders',
    10,
  ],
  [
    'a negative activation threshold, always active',
    written({ activationLagThreshold: '-1' }),
    'nats-jetstream-orders',
    10,
  ],
  ['useHttps', written({ useHttps: 'true' }), 'nats-jetstream-orders', 10],
])('reads %s', (_sentence, trigger, name, target) => {
  expect(reactiveTrigger(types, trigger).metrics).toEqual([{ name, target }]);
});

describe('reports', () => {
  test.each<[sentence: string, metadata: Record<string, string>, problem: RegExp]>([
    ['no endpoint', { natsServerMonitoringEndpoint: '' }, /error natsServerMonitoringEndpoint: .* is required/],
    ['a URL as endpoint', { natsServerMonitoringEndpoint: 'http://nats:8222' }, /not the address of a server/],
    ['credentials in the endpoint', { natsServerMonitoringEndpoint: 'a:b@nats:8222' }, /not the address of a server/],
    ['a port out of range', { natsServerMonitoringEndpoint: 'nats:82222' }, /not the address of a server/],
    ['no account', { account: '' }, /error account: account or accountID is required/],
    ['no stream', { stream: '' }, /error stream: stream is required/],
    ['no consumer', { consumer: ' ' }, /error consumer: consumer is required/],
    ['a threshold of 0', { lagThreshold: '0' }, /error lagThreshold: must be greater than 0/],
    ['a fraction of a message', { lagThreshold: '1.5' }, /error lagThreshold: not a whole number/],
    ['an activation threshold that is none', { activationLagThreshold: 'x' }, /error activationLagThreshold: not a/],
    ['a flag that is none', { useHttps: 'yes' }, /error useHttps: /],
    [
      'TLS options without TLS',
      { unsafeSsl: 'true' },
      /error unsafeSsl: unsafeSsl needs useHttps .*expected useHttps: "true"/,
    ],
    ['a slip in a name', { lagTreshold: '5' }, /warning lagTreshold: unknown parameter/],
  ])('%s', (_sentence, metadata, problem) => {
    expect(makeTrigger(types, written(metadata)).problems).toEqual([expect.stringMatching(problem)]);
  });
});
