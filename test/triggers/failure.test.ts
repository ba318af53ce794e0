import { expect, test } from 'vitest';
import { TriggerError } from '../../src/core/errors.js';
import { secretMask } from '../../src/core/mask-secrets.js';
import { failureOf } from '../../src/triggers/failure.js';

const failure = failureOf('redis at cache:6379', secretMask(['s3cret']));
const coded = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.1:6379`), { code });

test.each<[sentence: string, error: unknown, message: string]>([
  ['a refused connection', coded('ECONNREFUSED'), 'connection refused (ECONNREFUSED)'],
  ['a host without an address', coded('ENOTFOUND'), 'host not found (ENOTFOUND)'],
  ['the first of several addresses', new AggregateError([coded('ECONNREFUSED')]), 'connection refused (ECONNREFUSED)'],
  ['an abort', AbortSignal.abort().reason, 'no answer before the deadline'],
  ['a deadline', new DOMException('late', 'TimeoutError'), 'no answer before the deadline'],
  ['a code that is not known', coded('E2BIG'), 'connect E2BIG 10.0.0.1:6379'],
  [
    'TLS spoken to a port without it',
    new Error('write EPROTO 800C:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:record.c:350:\n'),
    'does not speak TLS on this port (wrong version number)',
  ],
  ['an error without a message', Object.assign(new Error(''), { code: 'ODD' }), 'ODD'],
  ['what is no error', 'thrown', 'failed for an unknown reason'],
  ['a whole sentence', new Error('WRONGPASS user is disabled.'), 'WRONGPASS user is disabled'],
  ['several lines', new Error('one\n  two'), 'one two'],
  ['a page of HTML', new Error('x'.repeat(1_000)), `${'x'.repeat(300)}...`],
  ['a credential', new Error('user s3cret'), 'user ***'],
  ['a credential where the text is cut off', new Error(`${'x'.repeat(297)}s3cret`), `${'x'.repeat(297)}***`],
  [
    'a header that is repeated',
    new Error('GET / Authorization: Basic dXNlcjpzM2NyZXQ= Host: a'),
    'GET / Authorization: Basic *** Host: a',
  ],
  ['the same in JSON', new Error('{"authorization":"Bearer ab.c-d"}'), '{"authorization":"Bearer ***"}'],
])('says in one line what went wrong: %s', (_sentence, error, message) => {
  const made = failure(error);
  expect(made).toBeInstanceOf(TriggerError);
  expect(made.message).toBe(`redis at cache:6379: ${message}`);
  expect(made.cause).toBeUndefined();
});

test('hides a credential of several lines or with blanks, which are written on one line here', () => {
  const several = failureOf('redis at cache:6379', secretMask(['s3c  ret\nline']));
  expect(several(new Error('user s3c  ret\nline refused')).message).toBe('redis at cache:6379: user *** refused');
});
