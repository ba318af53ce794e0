import { describe, expect, it } from 'vitest';
import { Forecast } from '../../../src/core/forecast.js';
import { FakeServiceView, NOW_MS, STEP_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { gauges, samples } from './exposition.js';

const LABELS = 'namespace="shop",scaledobject="checkout",metric="s0-predictkube-predictkube_metric"';

const GAUGES = [
  'tidecast_forecast',
  'tidecast_forecast_served',
  'tidecast_forecast_peak',
  'tidecast_observed',
  'tidecast_decision_value',
  'tidecast_decision_active',
  'tidecast_state',
  'tidecast_decision_age_seconds',
  'tidecast_source_age_seconds',
  'tidecast_lead_time_seconds',
  'tidecast_saturation_timestamp_seconds',
  'tidecast_model_fitted_timestamp_seconds',
  'tidecast_coverage',
  'tidecast_model_runner_up_margin',
  'tidecast_model_provisional_until_timestamp_seconds',
  'tidecast_model_info',
];

describe('the gauges of a workload', () => {
  it('show the forecast for the end of the lead time at every level', async () => {
    // The lead time of 5 m ends at 12:05, half a step after the point of 12:04, which is the third (k = 2):
    // 100 + 2.5 + 10 * level.
    expect(samples(await gauges(new FakeServiceView(aStatus())), 'tidecast_forecast')).toEqual([
      `{${LABELS},level="0.05"} 103`,
      `{${LABELS},level="0.1"} 103.5`,
      `{${LABELS},level="0.25"} 105`,
      `{${LABELS},level="0.5"} 107.5`,
      `{${LABELS},level="0.75"} 110`,
      `{${LABELS},level="0.9"} 111.5`,
      `{${LABELS},level="0.95"} 112`,
      `{${LABELS},level="0.99"} 112.4`,
    ]);
  });

  it.each([
    // 100 + 2.5 + 10 * 0.9.
    ['tidecast_forecast_served', '111.5'],
    // The largest of 150, 180 and 170.
    ['tidecast_forecast_peak', '180'],
    ['tidecast_observed', '120'],
    ['tidecast_decision_value', '180'],
    ['tidecast_decision_active', '1'],
    ['tidecast_decision_age_seconds', '10'],
    ['tidecast_source_age_seconds', '12'],
    ['tidecast_lead_time_seconds', '300'],
    // 2026-03-01T11:00:00Z is an hour before 1,772,366,400.
    ['tidecast_model_fitted_timestamp_seconds', '1772362800'],
  ])('show %s', async (name, value) => {
    expect(samples(await gauges(new FakeServiceView(aStatus())), name)).toEqual([`{${LABELS}} ${value}`]);
  });

  it('show the state as one series each, and the model as a label', async () => {
    const text = await gauges(new FakeServiceView(aStatus()));
    expect(samples(text, 'tidecast_state')).toEqual([
      `{${LABELS},state="cold"} 0`,
      `{${LABELS},state="fresh"} 1`,
      `{${LABELS},state="degraded"} 0`,
      `{${LABELS},state="stale"} 0`,
    ]);
    expect(samples(text, 'tidecast_model_info')).toEqual([`{${LABELS},model="direct-ridge"} 1`]);
    expect(samples(text, 'tidecast_workloads')).toEqual(['1']);
  });

  it('show how often forecasts have been right, by how much the model is the best, and until when it is provisional', async () => {
    const status = aStatus();
    const provisional = aStatus({ model: { ...status.model!, provisionalUntilMs: 1_772_362_800_000 } });
    const text = await gauges(new FakeServiceView(provisional));
    expect(samples(text, 'tidecast_coverage')).toEqual([
      `{${LABELS},level="0.9",window="day"} 0.9`,
      `{${LABELS},level="0.9",window="week"} 0.91`,
    ]);
    // 4.0625 / 3.25 - 1.
    expect(samples(text, 'tidecast_model_runner_up_margin')).toEqual([`{${LABELS},runner_up="last-value"} 0.25`]);
    expect(samples(text, 'tidecast_model_provisional_until_timestamp_seconds')).toEqual([`{${LABELS}} 1772362800`]);
  });

  it('show when the maximum of replicas will not be enough', async () => {
    const workload = aWorkload();
    const window = aDecision(workload).input.forecast!;
    const decision = aDecision(workload, { input: { forecast: { ...window, saturatesAtMs: NOW_MS } } });
    const text = await gauges(new FakeServiceView(aStatus({ workload, decision })));
    expect(samples(text, 'tidecast_saturation_timestamp_seconds')).toEqual([`{${LABELS}} 1772366400`]);
  });

  it('show an inactive workload as 0', async () => {
    const decision = aDecision(aWorkload(), { active: false });
    const text = await gauges(new FakeServiceView(aStatus({ decision })));
    expect(samples(text, 'tidecast_decision_active')).toEqual([`{${LABELS}} 0`]);
  });
});

describe('what is not known', () => {
  it('is absent for a workload that has not decided', async () => {
    const status = aStatus({ decision: null, forecast: null, model: null, coverage: null, sourceAnsweredAtMs: null });
    const text = await gauges(new FakeServiceView(status));
    for (const name of GAUGES) expect(samples(text, name), name).toEqual([]);
    expect(samples(text, 'tidecast_workloads')).toEqual(['1']);
  });

  it('is absent for a stale decision, whose state says so', async () => {
    const decision = aDecision(aWorkload(), {
      state: 'stale',
      origin: 'none',
      value: null,
      active: null,
      input: { observation: null, forecast: null },
    });
    const text = await gauges(new FakeServiceView(aStatus({ decision, forecast: null })));
    for (const name of [
      'observed',
      'decision_value',
      'decision_active',
      'forecast',
      'forecast_served',
      'forecast_peak',
    ]) {
      expect(samples(text, `tidecast_${name}`), name).toEqual([]);
    }
    expect(samples(text, 'tidecast_state')).toContain(`{${LABELS},state="stale"} 1`);
  });

  it('is absent once the forecast does not reach the end of the lead time', async () => {
    const view = new FakeServiceView(aStatus());
    // The last point is at 13:58; 13:54 and the lead time of 5 m lie beyond it.
    view.nowMs = NOW_MS + 57 * STEP_MS;
    const text = await gauges(view);
    expect(samples(text, 'tidecast_forecast')).toEqual([]);
    expect(samples(text, 'tidecast_forecast_served')).toEqual([]);
  });

  it('is absent where the model gives fewer levels', async () => {
    const forecast = new Forecast({
      model: 'm',
      originMs: NOW_MS,
      stepMs: STEP_MS,
      levels: [0.25, 0.5],
      values: [new Float64Array(60).fill(1), new Float64Array(60).fill(2)],
    });
    const text = await gauges(new FakeServiceView(aStatus({ forecast })));
    expect(samples(text, 'tidecast_forecast')).toEqual([`{${LABELS},level="0.25"} 1`, `{${LABELS},level="0.5"} 2`]);
    expect(samples(text, 'tidecast_forecast_served')).toEqual([]);
  });

  it('is absent, not the last known, for a workload that was removed', async () => {
    const view = new FakeServiceView(aStatus());
    expect(await gauges(view)).toContain('scaledobject="checkout"');
    view.remove(aWorkload().id);
    expect(await gauges(view)).not.toContain('scaledobject=');
  });
});

describe('many workloads', () => {
  it('are written under one heading per metric, in full', async () => {
    const names = Array.from({ length: 1_234 }, (_, i) => `app-${i}`);
    const view = new FakeServiceView(
      ...names.map((scaledObject) => aStatus({ workload: aWorkload({ scaledObject }) })),
    );
    const text = await gauges(view);
    for (const name of GAUGES) {
      expect(text.split(`# TYPE ${name} gauge\n`), name).toHaveLength(2);
    }
    const shown = samples(text, 'tidecast_decision_value').map((line) => /scaledobject="([^"]+)"/.exec(line)?.[1]);
    expect(shown).toEqual(names);
  });
});
