import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { candidatesFor } from '../../src/forecast/registry.js';
import { Ledger } from '../../src/replay/ledger.js';
import { prepareReplay, runUpFromMs } from '../../src/replay/prepare.js';
import { DEFAULT_REPLAY } from '../../src/replay/settings.js';
import { walkForecasts } from '../../src/replay/walk.js';
import { POLL_MS, START_MS, STEP_MS, aFastWorkload, aRunner, wave } from '../run/running.js';
import { ScriptedSource } from '../run/scripted-source.js';
import { ManualClock } from '../support/manual-clock.js';
import { finish } from './finish.js';

const settings = {
  ...DEFAULT_REPLAY,
  historyMs: DAY_MS,
  reportMs: 6 * HOUR_MS,
  queryStepMs: STEP_MS,
  pollingIntervalMs: POLL_MS,
  capacityPerReplica: 10,
  startup: { p50S: 235, p95S: 235 },
};

/** A day and a quarter of a load, reported from `START_MS` on. */
function prepared(load: (timeMs: number) => number, mode: 'auto' | 'active') {
  const startMs = START_MS - 2 * DAY_MS;
  const length = (2 * DAY_MS + 6 * HOUR_MS) / STEP_MS + 1;
  const values = Float64Array.from({ length }, (_, i) => load(startMs + i * STEP_MS));
  const replay = prepareReplay(new Series(startMs, STEP_MS, values), { ...settings, mode });
  const walk = finish(
    walkForecasts(
      replay.samples,
      {
        ...replay.settings,
        candidates: candidatesFor(replay.settings.model),
        leadTimesMs: [replay.leadTimeMs],
        quantiles: [replay.settings.setting.quantile],
      },
      { fromMs: runUpFromMs(replay.report), toMs: replay.report.toMs },
    ),
  );
  return { replay, ledger: new Ledger(replay, walk, replay.settings.setting, replay.report) };
}

describe('the decisions of a replay', () => {
  it.each(['active', 'auto'] as const)(
    'are those of the running service on the same samples, mode %s',
    async (mode) => {
      const { replay, ledger } = prepared(wave, mode);
      const fromMs = runUpFromMs(replay.report);
      const workload = aFastWorkload({
        mode,
        leadTimeMs: replay.leadTimeMs,
        horizonMs: settings.horizonMs,
        targetPerReplica: 0.7 * replay.capacityPerReplica,
        activationThreshold: 0,
        bounds: { minReplicaCount: 1, maxReplicaCount: 1_000 },
        quantile: 0.9,
        model: 'auto',
        seasonalityMs: 'auto',
        ignoreWindows: [],
      });
      // The service asks a Prometheus that answers what the metric pipeline of the replay answers.
      const source = new ScriptedSource((timeMs) => replay.pipeline.valueAt(timeMs));
      const { tick, run } = aRunner({ workload, source, clock: new ManualClock(fromMs) });
      const decisions = [await tick(), ...(await run(2 * HOUR_MS))];
      expect(decisions).toHaveLength(241);
      for (const { atMs, value, active, origin, reason } of decisions) {
        expect(ledger.servedAt(atMs)).toEqual({ value, active });
        expect(ledger.decisionAt(atMs)).toMatchObject({ atMs, value, origin, reason });
      }
      expect(decisions.some(({ origin }) => origin === 'forecast')).toBe(true);
    },
  );

  it('hold through a gap of the record as long as a forecast lasts, and end in an error, never in 0', () => {
    const gapMs = START_MS + HOUR_MS;
    const { ledger } = prepared((timeMs) => (timeMs > gapMs ? NaN : wave(timeMs)), 'active');
    // The rate over a minute is known for a while after the last sample.
    const inGap = ledger.decisionAt(gapMs + HOUR_MS);
    expect(inGap).toMatchObject({ state: 'degraded', input: { observation: null } });
    expect(inGap.value).toBeGreaterThan(0);
    expect(ledger.servedAt(gapMs + 3 * HOUR_MS)).toBeNull();
    expect(ledger.decisionAt(gapMs + 3 * HOUR_MS)).toMatchObject({ state: 'stale', value: null });
  });
});
