import { describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });

const written = (metadata: Record<string, string>, more: Partial<WrittenTrigger> = {}): WrittenTrigger => ({
  type: 'kafka',
  metadata: { bootstrapServers: 'kafka:9092', consumerGroup: 'workers', topic: 'orders', ...metadata },
  ...more,
});
const apache = (metadata: Record<string, string>, more: Partial<WrittenTrigger> = {}): WrittenTrigger => ({
  ...written(metadata, more),
  type: 'apache-kafka',
});
const user = { auth: { username: 'u', password: 'p' } };
const tokens = (more: Record<string, string> = {}) => ({
  auth: { ...user.auth, oauthTokenEndpointUri: 'https://idp/token', ...more },
});

test.each<[sentence: string, trigger: WrittenTrigger, name: string, target: number]>([
  ['a topic', written({}), 'kafka-orders', 10],
  ['lagThreshold', written({ lagThreshold: '50' }), 'kafka-orders', 50],
  ['a topic with signs of its own', written({ topic: 'shop.orders' }), 'kafka-shop-orders', 10],
  ['no topic', written({ topic: '' }), 'kafka-workers-topics', 10],
  ['several topics', apache({ topic: 'a, b.c' }), 'kafka-a,b-c', 10],
  ['no topics', apache({ topic: '' }), 'kafka-workers-topics', 10],
  ['a topic with a comma, which no list is', written({ topic: 'a,b' }), 'kafka-a,b', 10],
  ['tokens', written({ sasl: 'oauthbearer' }, tokens({ oauthExtensions: 'a=b,c=d' })), 'kafka-orders', 10],
  ['a user', written({ sasl: 'scram_sha512', tls: 'enable' }, user), 'kafka-orders', 10],
  [
    'settings of the TriggerAuthentication',
    written({}, { auth: { ...user.auth, sasl: 'plaintext', tls: 'enable' } }),
    'kafka-orders',
    10,
  ],
  [
    'what KEDA reads and tidecast does not need',
    written({ version: '2.5.0', fullMetadata: 'false' }),
    'kafka-orders',
    10,
  ],
  [
    'names from the environment',
    {
      type: 'kafka',
      metadata: { bootstrapServersFromEnv: 'B', consumerGroupFromEnv: 'G', topicFromEnv: 'T' },
      env: { B: 'a:1,b:2', G: 'g', T: 't' },
    },
    'kafka-t',
    10,
  ],
])('reads %s', (_sentence, trigger, name, target) => {
  expect(reactiveTrigger(types, trigger).metrics).toEqual([{ name, target }]);
});

describe('reports', () => {
  test.each<[sentence: string, trigger: WrittenTrigger, problem: RegExp]>([
    ['no servers', written({ bootstrapServers: '' }), /error bootstrapServers: bootstrapServers is required/],
    [
      'a server without port',
      written({ bootstrapServers: 'a:1,b' }),
      /error bootstrapServers: item 2 is not host:port/,
    ],
    ['a port out of range', written({ bootstrapServers: 'a:65536' }), /bootstrapServers: not host:port/],
    ['a URL', written({ bootstrapServers: 'kafka://a:1' }), /bootstrapServers: not host:port/],
    ['no group', written({ consumerGroup: '' }), /error consumerGroup: consumerGroup is required/],
    ['a threshold of 0', written({ lagThreshold: '0' }), /error lagThreshold: must be greater than 0/],
    ['a fraction of a message', written({ lagThreshold: '1.5' }), /error lagThreshold: not a whole number/],
    ['a negative activation', written({ activationLagThreshold: '-1' }), /activationLagThreshold: must be at least 0/],
    ['a policy', written({ offsetResetPolicy: 'none' }), /error offsetResetPolicy: unknown value .*latest, earliest/],
    ['partitions', written({ partitionLimitation: '3-1' }), /error partitionLimitation: not a list of numbers/],
    [
      'even distribution without topic',
      written({ topic: '', ensureEvenDistributionOfPartitions: 'true' }),
      /needs topic/,
    ],
    [
      'partial metadata without topic',
      written({ topic: '', fullMetadata: 'false' }),
      /fullMetadata: false needs topic/,
    ],
    [
      'a limit without topic',
      apache({ topic: '', limitToPartitionsWithLag: 'true' }),
      /error limitToPartitionsWithLag: needs topic/,
    ],
    [
      'a limit with idle consumers',
      written({ limitToPartitionsWithLag: 'true', allowIdleConsumers: 'true' }),
      /not together with allowIdleConsumers/,
    ],
    [
      'a limit with even distribution',
      apache({ limitToPartitionsWithLag: 'true', ensureEvenDistributionOfPartitions: 'true' }),
      /not together with ensureEvenDistributionOfPartitions/,
    ],
    ['a mechanism that is unknown', written({ sasl: 'scram' }, user), /error sasl: unknown value/],
    ['Kerberos', written({ sasl: 'gssapi' }, user), /error sasl: gssapi is not supported by tidecast .*scram_sha512/],
    ['tokens without endpoint', written({ sasl: 'oauthbearer' }, user), /error oauthTokenEndpointUri: .* is required/],
    [
      'tokens from what is no URL',
      written({ sasl: 'oauthbearer' }, tokens({ oauthTokenEndpointUri: 'idp' })),
      /not a URL; the value given is not shown/,
    ],
    [
      'tokens without client',
      written({ sasl: 'oauthbearer' }, { auth: { password: 'p', oauthTokenEndpointUri: 'https://idp' } }),
      /error username: sasl oauthb/,
    ],
    [
      'tokens of IAM',
      written({ sasl: 'oauthbearer', saslTokenProvider: 'aws_msk_iam' }, user),
      /error saslTokenProvider: aws_msk_iam is not supported by tidecast \(got aws_msk_iam; expected bearer, or another/,
    ],
    ...['auth=a', 'a1=b', 'a='].map((oauthExtensions): [string, WrittenTrigger, RegExp] => [
      `the extension ${oauthExtensions}`,
      written({ sasl: 'oauthbearer' }, tokens({ oauthExtensions })),
      /not extensions of OAUTHBEARER; the value given is not shown/,
    ]),
    ['tokens for apache-kafka', apache({ sasl: 'oauthbearer' }, user), /error sasl: unknown value/],
    ['IAM', apache({ sasl: 'aws_msk_iam' }, user), /aws_msk_iam is not supported by tidecast/],
    ['no user', written({ sasl: 'plaintext' }), /error username: sasl plaintext needs username and password/],
    [
      'a user without password',
      written({ sasl: 'plaintext' }, { auth: { username: 'u' } }),
      /error password: sasl plaintext/,
    ],
    ['an authority that is not PEM', written({ tls: 'enable' }, { auth: { ca: 'x' } }), /ca is not PEM/],
    [
      'unsafeSsl of apache-kafka, which has none',
      apache({ unsafeSsl: 'true' }),
      /warning unsafeSsl: unknown parameter/,
    ],
  ])('%s', (_sentence, trigger, problem) => {
    expect(makeTrigger(types, trigger).problems).toEqual([expect.stringMatching(problem)]);
  });
});

test('apache-kafka may distribute evenly without topic', () => {
  const trigger = apache({ topic: '', ensureEvenDistributionOfPartitions: 'true' });
  expect(makeTrigger(types, trigger).problems).toEqual([]);
});
