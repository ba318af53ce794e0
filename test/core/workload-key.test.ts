import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApiKey, isWorkloadName, newWorkloadKey, subjectOfKey } from '../../src/core/workload-key.js';

describe('a key that names a workload', () => {
  it('is an unsecured JWT', () => {
    // {"alg":"none","typ":"JWT"} and {"iss":"tidecast","sub":"shop/checkout","jti":"id"} by `basenc --base64url`.
    expect(newWorkloadKey('shop/checkout', 'id')).toBe(
      'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJ0aWRlY2FzdCIsInN1YiI6InNob3AvY2hlY2tvdXQiLCJqdGkiOiJpZCJ9.',
    );
  });

  it('has the shape that KEDA asks for, and gives the name back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (workload, id) => {
        const key = newWorkloadKey(workload, id);
        expect(isApiKey(key)).toBe(true);
        expect(subjectOfKey(key)).toBe(workload);
      }),
    );
  });
});

describe('subjectOfKey', () => {
  it('reads the subject of any JWT', () => {
    // The example of jwt.io.
    const key =
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c';
    expect(subjectOfKey(key)).toBe('1234567890');
  });

  it('is undefined for anything else, and never throws', () => {
    for (const key of ['', 'a', 'a.b.c', 'a.bnVsbA.', 'a.W10.', 'a.e30.', 'a.eyJzdWIiOjd9.']) {
      expect(subjectOfKey(key)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (key) => void subjectOfKey(key)));
  });
});

it.each([
  ['shop/checkout', true],
  ['shop/checkout/s0-predictkube-predictkube_metric', true],
  ['shop', false],
  ['shop/', false],
  ['/checkout', false],
  ['a/b/c/d', false],
  ['a b/c', false],
])('%s names a workload: %s', (text, expected) => {
  expect(isWorkloadName(text)).toBe(expected);
});
