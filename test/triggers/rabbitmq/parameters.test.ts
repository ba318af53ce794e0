import { describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const PEM = '-----BEGIN CERTIFICATE-----';

const written = (
  metadata: Record<string, string>,
  auth: Record<string, string> = { host: 'amqp://mq' },
): WrittenTrigger => ({ type: 'rabbitmq', metadata: { queueName: 'orders', ...metadata }, auth });
const http = { host: 'http://mq:15672' };
const OAUTH = { oauthTokenURI: 'https://idp/token', clientID: 'tidecast', clientSecret: 's3cret' };

test.each<[sentence: string, trigger: WrittenTrigger, name: string, target: number]>([
  ['20 messages when nothing is said', written({}), 'rabbitmq-orders', 20],
  ['mode and value', written({ mode: 'QueueLength', value: '2.5' }), 'rabbitmq-orders', 2.5],
  ['another mode over HTTP', written({ mode: 'MessageRate', value: '7' }, http), 'rabbitmq-orders', 7],
  ['a name is escaped, then normalised', written({ queueName: 'a b/c:d*é.x' }), 'rabbitmq-a+b-2Fc-3Ad-2A-C3-A9-x', 20],
])('reads %s', (_sentence, trigger, name, target) => {
  expect(reactiveTrigger(types, trigger).metrics).toEqual([{ name, target }]);
});

test('the host may come from metadata, the environment, or the authentication', () => {
  const bare: WrittenTrigger = { type: 'rabbitmq', metadata: { queueName: 'orders' } };
  for (const trigger of [
    { ...bare, metadata: { ...bare.metadata, host: 'amqp://mq' } },
    { ...bare, metadata: { ...bare.metadata, hostFromEnv: 'RABBIT' }, env: { RABBIT: 'amqp://mq' } },
    { ...bare, auth: { host: 'amqp://mq' } },
  ]) {
    expect(makeTrigger(types, trigger).problems).toEqual([]);
  }
});

test('queueLength is taken, with a warning', () => {
  const { trigger, problems } = makeTrigger(types, written({ queueLength: '50' }));
  expect(trigger).toMatchObject({ metrics: [{ target: 50 }] });
  expect(problems).toEqual(['warning queueLength: queueLength is deprecated: use mode and value (got 50)']);
});

describe('reports', () => {
  test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
    ['no host', written({}, {}), /error host: host is required.*does not supply it/],
    ['no queue', written({ queueName: ' ' }), /error queueName: queueName is required/],
    [
      'a host that is no URL, without showing it',
      written({ host: 'mq:s3cret' }, {}),
      /^error host: not a URL of RabbitMQ; the value given is not shown/,
    ],
    [
      'queueLength beside mode',
      written({ queueLength: '5', mode: 'QueueLength', value: '5' }),
      /deprecated/,
      /error queueLength: not together with mode or value/,
    ],
    ['mode without value', written({ mode: 'QueueLength' }), /error mode: mode is given without value/],
    ['value without mode', written({ value: '5' }), /error value: value is given without mode/],
    [
      'a value of 0',
      written({ mode: 'QueueLength', value: '0' }),
      /error value: must be greater than 0/,
      /mode is given without value/,
    ],
    [
      'a mode that needs HTTP',
      written({ mode: 'MessageRate', value: '5' }),
      /error mode: MessageRate needs the management API/,
    ],
    [
      'an unknown mode',
      written({ mode: 'queueLength', value: '5' }),
      /error mode: unknown value; did you mean "QueueLength"/,
      /value is given without mode/,
    ],
    ['useRegex over AMQP', written({ useRegex: 'true' }), /error useRegex: useRegex needs the management API/],
    [
      'excludeUnacknowledged over AMQP',
      written({ excludeUnacknowledged: 'true' }),
      /error excludeUnacknowledged: .*needs the management API/,
    ],
    [
      'a protocol that does not fit',
      written({ protocol: 'http' }),
      /error protocol: http does not fit the scheme of host \(got http; expected auto, or amqp\)/,
    ],
    [
      'a user without password',
      written({}, { host: 'amqp://mq', username: 'u' }),
      /error .*secretTargetRef\[1\]: username is given without password|error username/,
    ],
    ['a certificate without key', written({}, { host: 'amqps://mq', cert: PEM }), /cert is given without key/],
    ['a certificate that is none', written({}, { host: 'amqps://mq', ca: 'text' }), /ca is not PEM/],
    [
      'a workload identity',
      written({}, { ...http, workloadIdentityResource: 'api://x' }),
      /workloadIdentityResource|secretTargetRef.*not supported by tidecast/,
    ],
    [
      'half of OAuth',
      written({}, { ...http, oauthTokenURI: 'http://idp', clientID: 'c' }),
      /oauthTokenURI is given without clientSecret/,
    ],
    [
      'OAuth beside a user',
      written({}, { ...http, ...OAUTH, username: 'u', password: 'p-p-p' }),
      /OAuth excludes username and password/,
    ],
    ['OAuth over AMQP', written({}, { host: 'amqp://mq', ...OAUTH }), /oauthTokenURI needs the management API/],
    ['a token endpoint that is no URL', written({}, { ...http, ...OAUTH, oauthTokenURI: 'idp' }), /not a URL/],
    [
      'a password in the metadata',
      written({ password: 's3cret' }),
      /warning password: ignored here: put it into a Secret/,
    ],
    ['a page size of 0', written({ pageSize: '0' }, http), /error pageSize: must be greater than 0/],
    ['an operation that is none', written({ operation: 'mean' }, http), /error operation: unknown value/],
    ['a flag that is none', written({ useRegex: 'yes' }, http), /error useRegex: not a boolean/],
    [
      'an unknown parameter',
      written({ queuename: 'x' }),
      /warning queuename: unknown parameter; did you mean "queueName"/,
    ],
    [
      'several problems at once',
      written({ queueName: '', pageSize: 'x', mode: 'x' }),
      /queueName is required/,
      /pageSize: not a whole number/,
      /mode: unknown value/,
    ],
  ])('%s', (_sentence, trigger, ...expected) => {
    const { problems } = makeTrigger(types, trigger);
    expect(problems).toHaveLength(expected.length);
    for (const pattern of expected) expect(problems.some((problem) => pattern.test(problem))).toBe(true);
    expect(problems.join('\n')).not.toContain('s3cret');
  });
});
