import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';

describe('the keys of a file', () => {
  it('are accepted, and nothing else is', () => {
    const keys = ApiKeys.parse('# shop\neyJh.eyJz.c2ln\r\n\n  a-b.c_d.  \n', 'keys');
    expect(['eyJh.eyJz.c2ln', 'a-b.c_d.'].map((key) => keys.accepts(key))).toEqual([true, true]);
    for (const other of ['', 'eyJh.eyJz.c2l', 'eyJh.eyJz.c2ln ', 'Bearer eyJh.eyJz.c2ln', '# shop']) {
      expect(keys.accepts(other)).toBe(false);
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
});
