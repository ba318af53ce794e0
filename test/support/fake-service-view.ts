import type { Coverage } from '../../src/core/coverage.js';
import type { Decision, DecisionInput } from '../../src/core/decision.js';
import { StoreError, UsageError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS, Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import type { TimeRange } from '../../src/core/store.js';
import type { Workload } from '../../src/core/workload.js';
import type {
  BacktestJob,
  BacktestRequest,
  BacktestScore,
  Backtests,
  ReplayJob,
  ReplayRequest,
  ServiceView,
  WorkloadStatus,
} from '../../src/serve/view.js';
import { FakeJobs } from './fake-jobs.js';
import { FakeScaledObjects } from './fake-scaled-objects.js';

/** 2026-03-01T12:00:00Z: the present of the fakes. */
export const NOW_MS = Date.UTC(2026, 2, 1, 12);
export const STEP_MS = 120_000;

/** A workload with every setting filled in; its id, names and address follow from the overrides. */
export function aWorkload(overrides: Partial<Workload> = {}): Workload {
  const { namespace = 'shop', scaledObject = 'checkout', triggerIndex = 0 } = overrides;
  const metricName = `s${triggerIndex}-predictkube-predictkube_metric`;
  return {
    id: `${namespace}/${scaledObject}/${overrides.metricName ?? metricName}`,
    namespace,
    scaledObject,
    triggerIndex,
    metricName,
    metricType: 'AverageValue',
    endpoint: { address: 'http://prometheus.monitoring:9090' },
    query: 'sum(rate(http_requests_total[2m]))',
    stepMs: STEP_MS,
    historyWindowMs: 7 * 86_400_000,
    horizonMs: 7_200_000,
    targetPerReplica: 50,
    activationThreshold: 5,
    pollingIntervalMs: 30_000,
    bounds: { minReplicaCount: 1, maxReplicaCount: 10 },
    mode: 'auto',
    leadTimeMs: 'auto',
    quantile: 0.9,
    model: 'auto',
    seasonalityMs: 'auto',
    ignoreWindows: [],
    ...overrides,
  };
}

/** A fresh decision for 180, from a forecast that peaks above the observed 120; the input can be changed in parts. */
export function aDecision(
  workload: Workload,
  overrides: Partial<Omit<Decision, 'input'>> & { input?: Partial<DecisionInput> } = {},
): Decision {
  const atMs = overrides.atMs ?? NOW_MS - 10_000;
  return {
    workloadId: workload.id,
    state: 'fresh',
    origin: 'forecast',
    value: 180,
    active: true,
    reason: 'The forecast is higher than what is observed.',
    ...overrides,
    atMs,
    input: { ...anInput(workload, atMs), ...overrides.input },
  };
}

function anInput(workload: Workload, atMs: number): DecisionInput {
  return {
    atMs,
    settings: {
      mode: workload.mode,
      quantile: workload.quantile,
      leadTimeMs: 300_000,
      activationThreshold: workload.activationThreshold,
      targetPerReplica: workload.targetPerReplica,
      maxReplicaCount: workload.bounds.maxReplicaCount,
      freshForMs: 360_000,
    },
    observation: { timeMs: atMs - 12_000, value: 120 },
    sourceProblem: null,
    forecast: {
      model: 'direct-ridge',
      originMs: NOW_MS - STEP_MS,
      endMs: NOW_MS + 59 * STEP_MS,
      level: workload.quantile,
      points: [
        { timeMs: NOW_MS, value: 150 },
        { timeMs: NOW_MS + STEP_MS, value: 180 },
        { timeMs: NOW_MS + 2 * STEP_MS, value: 170 },
      ],
      saturatesAtMs: null,
    },
    forecastProblem: null,
    history: { knownSamples: 5_000, neededSamples: 720, stepMs: workload.stepMs },
    evidence: { origins: 48, servedLoss: 3.25, observedLoss: 6.5 },
    heldValue: 120,
  };
}

/** Sixty steps from the last sample on; level `q` at step `k` is `100 + k + 10 q`. */
export function aForecast(originMs = NOW_MS - STEP_MS): Forecast {
  const values = DEFAULT_LEVELS.map((level) => Float64Array.from({ length: 60 }, (_, k) => 100 + k + 10 * level));
  return new Forecast({ model: 'direct-ridge', originMs, stepMs: STEP_MS, levels: DEFAULT_LEVELS, values });
}

function coverageOf(samples: number, share: number): Coverage {
  return { samples, levels: [{ level: 0.9, share }] };
}

/** A workload that has decided, or with `decision: null` one that has not. */
export function aStatus(overrides: Partial<WorkloadStatus> = {}): WorkloadStatus {
  const workload = overrides.workload ?? aWorkload();
  return {
    workload,
    decision: aDecision(workload),
    notReadyReason: null,
    forecast: aForecast(),
    sourceAnsweredAtMs: NOW_MS - 12_000,
    model: {
      name: 'direct-ridge',
      seasonsMs: [86_400_000],
      fittedAtMs: NOW_MS - 3_600_000,
      selection: { origins: 48, loss: 3.25, runnerUp: { model: 'last-value', loss: 4.0625 } },
      provisionalUntilMs: null,
    },
    coverage: { day: coverageOf(700, 0.9), week: coverageOf(5_000, 0.91) },
    masks: [],
    ...overrides,
  };
}

/** The running service as the endpoints see it, with contents that a test sets. */
export class FakeServiceView implements ServiceView {
  readonly backtests = new FakeBacktests();
  readonly replays = new FakeJobs<ReplayRequest, ReplayJob>('rp', NOW_MS, (job) => ({ ...job, findings: null }));
  readonly scaledObjects = new FakeScaledObjects();
  /** While true, whatever needs the store fails. */
  storeFails = false;
  nowMs = NOW_MS;
  readonly #statuses = new Map<string, WorkloadStatus>();
  readonly #histories = new Map<string, Series>();
  readonly #forecasts = new Map<string, Forecast[]>();
  readonly #ledgers = new Map<string, Decision[]>();

  constructor(...statuses: readonly WorkloadStatus[]) {
    for (const status of statuses) this.set(status);
  }

  set(status: WorkloadStatus): void {
    this.#statuses.set(status.workload.id, status);
  }

  remove(workloadId: string): void {
    this.#statuses.delete(workloadId);
  }

  setHistory(workloadId: string, history: Series): void {
    this.#histories.set(workloadId, history);
  }

  /** @param forecasts oldest first */
  setForecasts(workloadId: string, ...forecasts: Forecast[]): void {
    this.#forecasts.set(workloadId, forecasts);
  }

  /** @param decisions oldest first */
  setLedger(workloadId: string, ...decisions: Decision[]): void {
    this.#ledgers.set(workloadId, decisions);
  }

  now(): number {
    return this.nowMs;
  }

  workloads(): readonly WorkloadStatus[] {
    return [...this.#statuses.values()];
  }

  find(namespace: string, scaledObject: string, metricName: string): WorkloadStatus | undefined {
    return this.workloads().find(
      ({ workload }) =>
        workload.namespace === namespace &&
        workload.scaledObject === scaledObject &&
        workload.metricName.toLowerCase() === metricName.toLowerCase(),
    );
  }

  history(workloadId: string, { fromMs, toMs }: TimeRange): Series {
    const stored = this.#histories.get(workloadId) ?? new Series(NOW_MS, STEP_MS, new Float64Array(0));
    return stored.between(fromMs, toMs);
  }

  async forecastAt(workloadId: string, atMs: number): Promise<Forecast | null> {
    const known = await this.#stored(this.#forecasts.get(workloadId) ?? []);
    return known.findLast(({ originMs }) => originMs <= atMs) ?? null;
  }

  async decisions(workloadId: string, { fromMs, toMs }: TimeRange, limit: number): Promise<readonly Decision[]> {
    const ledger = await this.#stored(this.#ledgers.get(workloadId) ?? []);
    return ledger.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(-limit);
  }

  async decisionAt(workloadId: string, at: number): Promise<Decision | null> {
    const ledger = await this.#stored(this.#ledgers.get(workloadId) ?? []);
    return ledger.findLast(({ atMs }) => atMs <= at) ?? null;
  }

  #stored<T>(value: T): Promise<T> {
    return this.storeFails
      ? Promise.reject(new StoreError('the store cannot be read: disk full; expected free space'))
      : Promise.resolve(value);
  }
}

/** Backtests that move only when a test moves them. Knows the models `direct-ridge` and `seasonal-naive`. */
export class FakeBacktests implements Backtests {
  readonly #jobs = new Map<string, BacktestJob>();
  readonly #listeners = new Map<string, Set<(job: BacktestJob) => void>>();

  start(request: BacktestRequest): BacktestJob {
    const unknown = request.models.find((model) => model !== 'direct-ridge' && model !== 'seasonal-naive');
    if (unknown !== undefined) {
      throw new UsageError(`there is no model "${unknown}"; expected direct-ridge or seasonal-naive`);
    }
    const id = `bt-${this.#jobs.size + 1}`;
    const job: BacktestJob = {
      id,
      request,
      status: 'running',
      startedAtMs: NOW_MS,
      finishedAtMs: null,
      progress: 0,
      scores: null,
      error: null,
    };
    this.#jobs.set(id, job);
    return job;
  }

  list(): readonly BacktestJob[] {
    return [...this.#jobs.values()];
  }

  get(id: string): BacktestJob | undefined {
    return this.#jobs.get(id);
  }

  cancel(id: string): boolean {
    const job = this.#jobs.get(id);
    if (job?.status === 'running') this.change(id, { status: 'cancelled', finishedAtMs: NOW_MS });
    return job !== undefined;
  }

  follow(id: string, listener: (job: BacktestJob) => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** How many follow a job now. */
  followers(id: string): number {
    return this.#listeners.get(id)?.size ?? 0;
  }

  change(id: string, changes: Partial<BacktestJob>): void {
    const job = { ...this.#jobs.get(id)!, ...changes };
    this.#jobs.set(id, job);
    for (const listener of this.#listeners.get(id) ?? []) listener(job);
  }

  finish(id: string, scores: readonly BacktestScore[] = [aScore()]): void {
    this.change(id, { status: 'done', progress: 1, finishedAtMs: NOW_MS + 5_000, scores });
  }
}

export function aScore(overrides: Partial<BacktestScore> = {}): BacktestScore {
  return {
    model: 'direct-ridge',
    origins: 56,
    mae: 4.5,
    maeVsSeasonalNaive: 0.75,
    mase: 0.9,
    pinball: [{ level: 0.9, loss: 1.25 }],
    coverage: [{ level: 0.9, share: 0.88 }],
    fitMs: 24,
    forecastMs: 1.5,
    ...overrides,
  };
}
