import { AxiosError, type AxiosResponse } from 'axios';
import { describe, expect, it } from 'vitest';
import { isWorthRetry, retryDelayMs } from '../../src/history/retry.js';

const withStatus = (status: number): AxiosError =>
  new AxiosError('status', undefined, undefined, undefined, { status } as AxiosResponse);
const withCode = (code: string): AxiosError => new AxiosError('failed', code);

describe('isWorthRetry', () => {
  it.each([
    ['429', withStatus(429), true],
    ['500', withStatus(500), true],
    ['503', withStatus(503), true],
    ['400: a bad query stays bad', withStatus(400), false],
    ['401', withStatus(401), false],
    ['422', withStatus(422), false],
    ['a refused connection', withCode('ECONNREFUSED'), true],
    ['a reset connection', withCode('ECONNRESET'), true],
    ['a timeout', withCode('ETIMEDOUT'), true],
    ['a name server that is busy', withCode('EAI_AGAIN'), true],
    ['a name that does not exist', withCode('ENOTFOUND'), false],
    ['an untrusted certificate', withCode('SELF_SIGNED_CERT_IN_CHAIN'), false],
    ['an abort by the caller', withCode('ERR_CANCELED'), false],
  ])('%s', (_, error, expected) => {
    expect(isWorthRetry(error)).toBe(expected);
  });
});

describe('retryDelayMs', () => {
  const options = (random: number): { backoffMs: number; maxBackoffMs: number; random: () => number } => ({
    backoffMs: 200,
    maxBackoffMs: 30_000,
    random: () => random,
  });
  it.each([
    ['half of the mean at the least', 1, 0, 0, 100], // 200 * 0.5
    ['the mean in the middle', 1, 0, 0.5, 200],
    ['twice as long with each retry', 3, 0, 0.5, 800], // 200 * 2 * 2
    ['what the server asks for, when that is longer', 1, 7_000, 0.5, 7_000],
    ['the own delay, when that is longer', 3, 100, 0.5, 800],
    ['no more than the maximum, whatever the server asks for', 1, 3_600_000, 0.5, 30_000],
    ['no more than the maximum, however often it is repeated', 20, 0, 0.5, 30_000],
  ])('%s', (_, attempt, retryAfterMs, random, expected) => {
    expect(retryDelayMs(attempt, retryAfterMs, options(random))).toBe(expected);
  });
});
