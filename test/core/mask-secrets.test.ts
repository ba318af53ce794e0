import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretMask } from '../../src/core/mask-secrets.js';

describe('secretMask', () => {
  test.each<[sentence: string, secrets: string[], text: string, expected: string]>([
    ['hides a secret as it is', ['s3cret'], 'login with s3cret refused', 'login with *** refused'],
    ['hides every occurrence', ['s3cret'], 's3cret, s3cret', '***, ***'],
    ['hides it in JSON', ['a"b\\c'], '{"password":"a\\"b\\\\c"}', '{"password":"***"}'],
    ['hides it percent-encoded', ['a/b c'], 'http://u:a%2Fb%20c@host', 'http://u:***@host'],
    ['hides it in base64', ['s3cret'], 'Basic czNjcmV0', 'Basic ***'],
    ['hides the password of a URL', ['amqp://user:s3cret@host:5672/'], 'refused s3cret', 'refused ***'],
    ['hides the decoded password of a URL', ['amqp://user:a%2Fb@host/'], 'refused a/b', 'refused ***'],
    ['hides the whole URL', ['amqp://user:s3cret@host/'], 'cannot parse amqp://user:s3cret@host/', 'cannot parse ***'],
    ['hides user and password together in base64', ['http://user:s3cret@host/'], 'Basic dXNlcjpzM2NyZXQ=', 'Basic ***'],
    ['hides the passwords of several URLs', ['http://a:one1@x,http://b:two2@y'], 'one1 two2', '*** ***'],
    ['hides the query of a URL', ['http://host/a?t=abc&f=json'], 'no /a?t=abc&f=json', 'no /a?***'],
    ['hides a pair of it', ['http://host/a?t=abc&f=json'], 'no /a?f=json&t=abc', 'no /a?***&***'],
    ['hides a long value of it', ['http://host/a?t=long%2Fenough'], 'bad token long/enough', 'bad token ***'],
    ['leaves a short value of it', ['http://host/a?f=json'], 'not json', 'not json'],
    ['hides the longer of two that overlap whole', ['abc', 'abcdef'], 'abcdef', '***'],
    ['leaves what is too short to be a secret', ['a', 'ab'], 'a cab', 'a cab'],
    ['leaves all without secrets', [], 'text', 'text'],
    ['takes a password that cannot be decoded', ['amqp://user:50%@host/'], 'is 50%', 'is ***'],
    ['ignores blanks around a secret', ['  s3cret\n'], 's3cret', '***'],
  ])('%s', (_sentence, secrets, text, expected) => {
    expect(secretMask(secrets)(text)).toBe(expected);
  });

  test('no secret is left in any text, alone or in a URL', () => {
    // The mask itself and parts of it would be found in what is masked.
    const secret = fc.string({ minLength: 4, maxLength: 20, unit: 'binary-ascii' }).filter((s) => !/[\s*]/.test(s));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
        const inUrl = `amqp://user:${encodeURIComponent(password)}@host/`;
        for (const known of [password, inUrl]) {
          expect(secretMask([known])(`${before}${password}${after}`)).not.toContain(password);
        }
      }),
    );
  });
});
