import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';

describe('the keys of a file', () => {
  it('are accepted, and nothing else is', () => {
    const keys = ApiKeys.parse('# shop\neyJh.eyJz.c2ln\r\n\n  a-b.c_d.  \n', 'keys');
    for (const key of ['eyJh.eyJz.c2ln', 'a-b.c_d.']) expect(keys.callerOf(key)).toBeDefined();
    for (const other of ['', 'eyJh.eyJz.c2l', 'eyJh.eyJz.c2ln ', 'Bearer eyJh.eyJz.c2ln', '# shop']) {
      expect(keys.callerOf(other)).toBeUndefined();
    }
  });

  it.each([
    ['has no key', '\n# none\n', 'keys has no key; expected one per line'],
    ['is empty', '', 'keys has no key; expected one per line'],
    ['has a key with two parts', 'a.b.c\nhush.hush', /^keys:2 is not a key that KEDA accepts; expected three parts/],
    ['has a key with a stray character', 'hush.hu sh.x', /^keys:1 is not a key/],
    ['has a key with an empty part', '.hush.x', /^keys:1 is not a key/],
  ])('are refused when it %s', (_, text, message) => {
    const parse = (): ApiKeys => ApiKeys.parse(text, 'keys');
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/hush/);
  });

  // Written by hand, as any JWT library writes them: {"alg":"none"} and the claims below, in base64url.
  const jwt = (claims: string): string => `eyJhbGciOiJub25lIn0.${Buffer.from(claims).toString('base64url')}.c2ln`;

  it.each([
    ['a workload', '{"sub":"shop/checkout"}', { user: 'key:shop/checkout', workload: 'shop/checkout' }],
    ['a workload by its id', '{"sub":"a/b/s0-x"}', { user: 'key:a/b/s0-x', workload: 'a/b/s0-x' }],
    ['somebody who is no workload', '{"sub":"cluster 7"}', { user: 'key:cluster 7' }],
  ])('are known by their subject when it is %s', (_, claims, caller) => {
    expect(ApiKeys.parse(jwt(claims), 'keys').callerOf(jwt(claims))).toEqual(caller);
  });

  it.each(['{"sub":7}', '{}', 'null', '[]', 'no JSON', ''])(
    'are known by their digest when the claims are %s',
    (claims) => {
      const key = `eyJh.${Buffer.from(claims).toString('base64url') || 'x'}.`;
      const { user, workload } = ApiKeys.parse(key, 'keys').callerOf(key)!;
      expect(user).toMatch(/^key:[0-9a-f]{8}$/);
      expect(workload).toBeUndefined();
    },
  );

  it('name workloads', () => {
    const keys = [jwt('{"sub":"a/b"}'), jwt('{"sub":"c"}'), jwt('{"sub":"d/e/f"}')];
    expect(ApiKeys.parse(keys.join('\n'), 'keys').workloads).toEqual(['a/b', 'd/e/f']);
  });
});
