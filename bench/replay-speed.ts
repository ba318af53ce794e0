/**
 * What a replay costs: `npm run bench:replay-speed`. One week of a generated load after one week of history, in this process,
 * and a sample of 1,000 such weeks in two; compared with the stored result and stored.
 */
import { median, quantile } from 'simple-statistics';
import { DAY_MS, MINUTE_MS } from '../src/core/duration.js';
import { Series } from '../src/core/series.js';
import { hpa, tidecast } from '../src/replay/contenders.js';
import { Ledger } from '../src/replay/ledger.js';
import { play } from '../src/replay/play.js';
import { candidatesFor } from '../src/forecast/registry.js';
import { prepareReplay, runUpFromMs, type ReplayCase } from '../src/replay/prepare.js';
import { replay } from '../src/replay/replay.js';
import { DEFAULT_REPLAY } from '../src/replay/settings.js';
import { walkForecasts, type ForecastWalk } from '../src/replay/walk.js';
import { replayWeek } from './replay-weeks.js';
import { mapInChildren } from './support/children.js';
import { generatedLoad } from './support/generated-load.js';
import { last } from './support/last.js';
import { noArguments } from './support/no-arguments.js';
import { storeTimings, type Timing } from './support/timings.js';
import { yardstick } from './support/yardstick.js';

noArguments('npm run bench:replay-speed: what a replay of one week costs');

const STEP_MS = MINUTE_MS;
const WARM_UP = 2;
const RUNS = 10;
/** What a computation that never changes took between the runs: a machine may be half as fast a minute later. */
const yardsticks: number[] = [];
/** 1,000 workload-weeks of tidecast alone in 5 minutes on 2 cores. */
const WEEK_BUDGET_MS = 600;

/** Enough that starting the processes weighs little more than it would in 1,000. */
const SAMPLE_WEEKS = 200;
const SAMPLE_PROCESSES = 2;

const series = new Series(0, STEP_MS, generatedLoad((14 * DAY_MS) / STEP_MS + 1, STEP_MS));
const settings = { ...DEFAULT_REPLAY, mode: 'active' as const };

function measure(scenario: string, budgetMs: number | null, action: () => unknown): Timing {
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const took = timed(action);
    if (run >= WARM_UP) times.push(took);
    yardsticks.push(timed(yardstick));
  }
  return timing(scenario, budgetMs, times);
}

function timed(action: () => unknown): number {
  const startedMs = performance.now();
  action();
  return performance.now() - startedMs;
}

function timing(scenario: string, budgetMs: number | null, times: readonly number[]): Timing {
  return { scenario, runs: times.length, medianMs: median([...times]), p95Ms: quantile([...times], 0.95), budgetMs };
}

function walk(prepared: ReplayCase): ForecastWalk {
  const period = { fromMs: runUpFromMs(prepared.report), toMs: prepared.report.toMs };
  const { samples, settings: own, leadTimeMs } = prepared;
  const quantiles = [own.setting.quantile];
  const candidates = candidatesFor(own.model);
  return last(walkForecasts(samples, { ...own, candidates, leadTimesMs: [leadTimeMs], quantiles }, period));
}

/** Many weeks in as many processes as the budget has cores; what it takes to start them counts. */
async function measureWeeks(): Promise<Timing> {
  const tasks = Array.from({ length: SAMPLE_PROCESSES }, () => ({ weeks: SAMPLE_WEEKS / SAMPLE_PROCESSES }));
  const startedMs = performance.now();
  await mapInChildren<number>(new URL('./replay-weeks.ts', import.meta.url), tasks, SAMPLE_PROCESSES, () => undefined);
  const tookMs = performance.now() - startedMs;
  const scenario = `1,000 workload-weeks on ${SAMPLE_PROCESSES} cores, from ${SAMPLE_WEEKS}`;
  return timing(scenario, 5 * MINUTE_MS, [(tookMs / SAMPLE_WEEKS) * 1_000]);
}

const prepared = prepareReplay(series, settings);
const forecasts = walk(prepared);
const ledger = new Ledger(prepared, forecasts, settings.setting, prepared.report);

const timings = [
  measure('a week, all policies', 1_000, () =>
    last(replay(series, { settings, objective: null, assertion: null, pareto: false })),
  ),
  measure('a week, tidecast alone', WEEK_BUDGET_MS, replayWeek),
  await measureWeeks(),
  measure('of that, the forecasts', null, () => walk(prepared)),
  measure('of that, the decisions', null, () => new Ledger(prepared, forecasts, settings.setting, prepared.report)),
  measure('one more setting on the same decisions', null, () =>
    play(prepared, tidecast(prepared, ledger, settings.setting), prepared.report),
  ),
  measure('the HPA', null, () => play(prepared, hpa(prepared, settings.hpaUtilization), prepared.report)),
];
storeTimings('replay-speed', [...timings, timing('a yardstick, between all of these', null, yardsticks)]);
