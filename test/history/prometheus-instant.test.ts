import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryResponseError } from '../../src/core/errors.js';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { PrometheusSource } from '../../src/history/prometheus.js';
import { json, startScriptedServer } from '../support/scripted-server.js';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

describe('an instant query', () => {
  let server: Awaited<ReturnType<typeof startScriptedServer>>;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(async () => {
    await server.close();
  });

  const observeSampleOf = (sampleMs: number): Promise<unknown> => {
    const sample = { metric: {}, value: [sampleMs / SECOND_MS, '77'] };
    server.always(json({ status: 'success', data: { resultType: 'vector', result: [sample] } }));
    const source = new PrometheusSource({ address: server.url }, { random: () => 0.5, retries: 0 });
    return source.observe('load', { atMs: NOW_MS });
  };

  it.each([
    ['at the time asked for', 0],
    ['a little earlier', -MINUTE_MS],
    ['a little later, by a clock that is ahead', MINUTE_MS],
  ])('is answered by a sample %s', async (_, offsetMs) => {
    expect(await observeSampleOf(NOW_MS + offsetMs)).toEqual({ timeMs: NOW_MS + offsetMs, value: 77 });
  });

  it.each([
    ['three days old', -3 * 24 * 60 * MINUTE_MS],
    ['six minutes old', -6 * MINUTE_MS],
    ['of the future', 6 * MINUTE_MS],
  ])('is not answered by a sample %s: it must not pass for the load now', async (_, offsetMs) => {
    const answer = observeSampleOf(NOW_MS + offsetMs);
    await expect(answer).rejects.toThrow(HistoryResponseError);
    await expect(answer).rejects.toThrow('when asked for 2026-03-01T12:00:00.000Z');
  });
});
