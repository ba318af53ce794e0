import { expect, it } from 'vitest';
import { burstWithin } from '../../bench/end-to-end/load.js';
import { drawRun } from '../../bench/end-to-end/plot.js';
import { DRAIN_S, START_S, needed, runEndToEnd } from '../../bench/end-to-end/run.js';
import { summarise } from '../../bench/end-to-end/summary.js';
import { MINUTE_MS } from '../../src/core/duration.js';
import { PROMETHEUS_PROGRAMS } from '../support/prometheus.js';
import { describeWithPrograms } from '../support/programs.js';
import { RABBITMQ_PROGRAMS } from '../support/rabbitmq.js';

describeWithPrograms([...RABBITMQ_PROGRAMS, ...PROMETHEUS_PROGRAMS], 'a morning of a queue, end to end', () => {
  it('has the daily rise met by the forecast before it happens, and a burst absorbed by the queue trigger', async () => {
    const morning = Date.UTC(2026, 2, 11, 7, 50);
    const toMs = morning + 70 * MINUTE_MS;
    const burst = burstWithin(morning + 45 * MINUTE_MS, morning + 55 * MINUTE_MS, 3, 3_000);
    const ticks = await runEndToEnd({ fromMs: morning, toMs, burst, seed: 3 });
    expect(ticks.map(({ origin }) => origin)).toContain('forecast');

    const { rise, burst: absorbed, p95AgeS } = summarise(ticks, burst);
    // Pods take three minutes to start: capacity that is asked for when it is needed comes that late.
    expect(rise.medianLeadMin).toBeGreaterThanOrEqual(START_S / 60);
    expect(rise.readyShare).toBe(1);
    expect(rise.p95AgeS).toBe(0);

    expect(absorbed.mostAskedByQueue).toBeGreaterThan(1.5 * absorbed.mostAskedByForecast);
    // The drain time, from when pods have started.
    expect(absorbed.drainedAfterMin).toBeLessThanOrEqual((START_S + DRAIN_S) / 60 + 1);
    expect(p95AgeS).toBeLessThan(DRAIN_S + START_S);
    // The query does not count the burst, so that nothing but the queue asks for more.
    const highest = Math.max(...ticks.map(needed));
    expect(absorbed.mostAskedByForecast).toBeLessThan(1.6 * highest);

    expect(drawRun(ticks, burst)).toMatch(/^<svg [^]*<\/svg>\n$/);
  }, 300_000);
});
