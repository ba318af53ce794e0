import { describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });

const written = (metadata: Record<string, string>, type = 'redis'): WrittenTrigger => ({
  type,
  metadata: { address: 'cache:6379', ...(type === 'redis' && { listName: 'orders' }), ...metadata },
});

test.each<[sentence: string, trigger: WrittenTrigger, name: string, target: number]>([
  ['five items when nothing is said', written({}), 'redis-orders', 5],
  ['listLength', written({ listLength: '12' }), 'redis-orders', 12],
  ['a name with signs of its own', written({ listName: 'shop:{orders}.new (1)' }), 'redis-shop-{orders}-new -1-', 5],
  ['a list of a cluster', written({ listName: 'a' }, 'redis-cluster'), 'redis-a', 5],
  ['a list behind sentinels', written({ listName: 'a', sentinelMaster: 'm' }, 'redis-sentinel'), 'redis-a', 5],
  ['the length of a stream', written({ stream: 's', streamLength: '7' }, 'redis-streams'), 'redis-streams-s', 7],
  ['pending entries', written({ stream: 's', consumerGroup: 'g' }, 'redis-streams'), 'redis-streams-s', 5],
  ['a lag', written({ stream: 's', consumerGroup: 'g', lagCount: '3' }, 'redis-streams'), 'redis-streams-s', 3],
  ['a stream of a cluster', written({ stream: 's' }, 'redis-cluster-streams'), 'redis-streams-s', 5],
  ['a queue of Bull', written({ queueName: 'mails', value: '2.5' }, 'bull'), 'bull-mails', 2.5],
])('reads %s', (_sentence, trigger, name, target) => {
  expect(reactiveTrigger(types, trigger).metrics).toEqual([{ name, target }]);
});

test.each<[sentence: string, metadata: Record<string, string>]>([
  ['addresses', { addresses: 'a:1, b:2' }],
  ['host and port', { host: 'cache', port: '6379' }],
  ['hosts and ports', { hosts: 'a,b', ports: '1,2' }],
  ['an address of IPv6', { address: '[::1]:6379' }],
  ['an address from the environment', { addressFromEnv: 'CACHE' }],
])('Redis may be named by %s', (_sentence, metadata) => {
  const trigger = { type: 'redis', metadata: { listName: 'orders', ...metadata }, env: { CACHE: 'cache:6379' } };
  expect(makeTrigger(types, trigger).problems).toEqual([]);
});

describe('reports', () => {
  test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
    ['no address', written({ address: '' }), /error address: address, or host and port, is required/],
    [
      'an address without port',
      written({ address: 'cache' }),
      /error address: not host:port \(got cache; expected such as/,
    ],
    ['a port out of range', written({ address: 'cache:70000' }), /error address: not host:port \(got cache:70000/],
    ['a URL', written({ address: 'redis://cache:6379' }), /not host:port \(got redis:.*without a scheme/],
    ['a URL with a password', written({ address: 'redis://u:pw@cache:6379' }), /\(got redis:\/\/\*\*\*@cache:6379;/],
    ['which of several', written({ address: 'a:1,b' }), /error address: item 2 is not host:port \(got a:1,b/],
    ['more hosts than ports', written({ hosts: 'a,b', ports: '1' }), /error hosts: 2 hosts and 1 ports/],
    ['ports without hosts', written({ ports: '1' }), /error ports: 0 hosts and 1 ports/],
    ['a port that is none', written({ host: 'a', port: 'x' }), /error port: not a port \(got x/],
    ['no list', written({ listName: '' }), /listName is required/],
    ['a length of 0', written({ listLength: '0' }), /error listLength: must be greater than 0/],
    ['a fraction of an item', written({ listLength: '1.5' }), /error listLength: not a whole number/],
    ['a length in exponents', written({ listLength: '1e3' }), /error listLength: not a whole number/],
    ['a negative database', written({ databaseIndex: '-1' }), /error databaseIndex: must be at least 0/],
    [
      'TLS said twice',
      { ...written({ enableTLS: 'true' }), auth: { tls: 'enable' } },
      /tls and enableTLS exclude each other/,
    ],
    ['sentinels without a master', written({ listName: 'a' }, 'redis-sentinel'), /sentinelMaster is required/],
    [
      'a database of a cluster',
      written({ listName: 'a', databaseIndex: '1' }, 'redis-cluster'),
      /warning databaseIndex: unknown/,
    ],
    ['a queue without name', written({}, 'bull'), /queueName is required/],
  ])('%s', (_sentence, trigger, ...expected) => {
    const { problems } = makeTrigger(types, trigger);
    expect(problems).toHaveLength(expected.length);
    for (const pattern of expected) expect(problems.some((problem) => pattern.test(problem))).toBe(true);
  });
});

test.each<[sentence: string, metadata: Record<string, string>, auth: Record<string, string>]>([
  ['the address', { address: '' }, { address: 'redis://user:s3cret@cache:6379' }],
  ['the port', { address: '', host: 'cache' }, { port: 's3cret' }],
])('does not tell a credential that stands in %s of a Secret', (_sentence, metadata, auth) => {
  const { problems } = makeTrigger(types, { ...written(metadata), auth });
  expect(problems.join()).toMatch(/not host:port|not a port/);
  expect(problems.join()).not.toContain('s3cret');
});
