import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { FakeServiceView, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { describeWithPrograms } from '../../support/programs.js';
import { samples, scrape } from './exposition.js';

/** Metrics of a process that has done one of everything. */
function busyMetrics(): SelfMetrics {
  const metrics = new SelfMetrics();
  metrics.observePoll({ ok: true, seconds: 0.02 });
  metrics.observePoll({ ok: false, seconds: 4 });
  metrics.observeFit(0.03);
  metrics.observeTick({ seconds: 0.004, latenessSeconds: 0.2 });
  metrics.countDecision({ state: 'fresh', origin: 'forecast' });
  metrics.countDecision({ state: 'fresh', origin: 'forecast' });
  metrics.countDecision({ state: 'stale', origin: 'none' });
  metrics.countStoreError();
  metrics.observeHttpRequest({ method: 'GET', route: '/readyz', status: 200, seconds: 0.001 });
  return metrics;
}

describe('SelfMetrics', () => {
  it('counts what the run loop reports', async () => {
    const text = await busyMetrics().registry.metrics();
    expect(samples(text, 'tidecast_decisions_total')).toEqual([
      '{state="fresh",origin="forecast"} 2',
      '{state="stale",origin="none"} 1',
    ]);
    expect(samples(text, 'tidecast_source_errors_total')).toEqual(['1']);
    expect(samples(text, 'tidecast_store_errors_total')).toEqual(['1']);
  });

  it('shows how many trainings wait and run, and counts those that failed', async () => {
    const metrics = new SelfMetrics();
    metrics.setFits({ queued: 7, running: 2 });
    metrics.countFitFailure();
    const text = await metrics.registry.metrics();
    expect(samples(text, 'tidecast_fits_queued')).toEqual(['7']);
    expect(samples(text, 'tidecast_fits_running')).toEqual(['2']);
    expect(samples(text, 'tidecast_fit_failures_total')).toEqual(['1']);
  });

  it('puts durations into histograms in seconds', async () => {
    const text = await busyMetrics().registry.metrics();
    expect(samples(text, 'tidecast_source_request_duration_seconds_sum')).toEqual([
      '{outcome="ok"} 0.02',
      '{outcome="error"} 4',
    ]);
    expect(samples(text, 'tidecast_fit_duration_seconds_bucket')).toContain('{le="0.025"} 0');
    expect(samples(text, 'tidecast_fit_duration_seconds_bucket')).toContain('{le="0.05"} 1');
    expect(samples(text, 'tidecast_tick_duration_seconds_sum')).toEqual(['0.004']);
    expect(samples(text, 'tidecast_tick_lateness_seconds_sum')).toEqual(['0.2']);
    expect(samples(text, 'tidecast_http_request_duration_seconds_count')).toEqual([
      '{method="GET",route="/readyz",status="200"} 1',
    ]);
  });

  it('starts its counters at 0, so that the first error is an increase', async () => {
    const text = await new SelfMetrics().registry.metrics();
    expect(samples(text, 'tidecast_source_errors_total')).toEqual(['0']);
    expect(samples(text, 'tidecast_store_errors_total')).toEqual(['0']);
  });

  it('shares nothing with another one in the same process', async () => {
    busyMetrics();
    expect(samples(await new SelfMetrics().registry.metrics(), 'tidecast_decisions_total')).toEqual([]);
  });

  it('tells what the process uses', async () => {
    const text = await new SelfMetrics().registry.metrics();
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
      expect(samples(text, name), name).toHaveLength(1);
    }
  });
});

describeWithPrograms(['promtool'], 'promtool check metrics', () => {
  const undecided = aStatus({
    workload: aWorkload({ scaledObject: 'new' }),
    decision: null,
    forecast: null,
    model: null,
    sourceAnsweredAtMs: null,
  });
  const awkward = aStatus({
    workload: aWorkload({ id: 'x', namespace: 'a"b', scaledObject: 'c\\d\n', metricName: 'ü' }),
  });

  it.each([
    ['nothing configured', new FakeServiceView()],
    ['workloads in every condition', new FakeServiceView(aStatus(), undecided, awkward)],
  ])('has no complaint about %s', async (_about, view) => {
    const input = await scrape(view, busyMetrics());
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
