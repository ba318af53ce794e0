import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { UsageError } from '../../src/core/errors.js';
import { Series } from '../../src/core/series.js';
import type { Workload } from '../../src/core/workload.js';
import { allForecasters } from '../../src/forecast/registry.js';
import { BacktestJobs } from '../../src/run/backtest-jobs.js';
import type { BacktestJob, BacktestRequest } from '../../src/serve/view.js';
import { START_MS, aFastWorkload, wave } from './running.js';

const STEP = 10 * MINUTE_MS;
const WORKLOAD = aFastWorkload({ stepMs: STEP, historyWindowMs: 7 * DAY_MS });
const REQUEST: BacktestRequest = { workloadId: WORKLOAD.id, models: ['last-value'], strideMs: 3 * HOUR_MS };

/** The window of a week that ends now; before `ageMs` ago nothing is known. */
function history(ageMs = 7 * DAY_MS, load = wave): Series {
  const length = (7 * DAY_MS) / STEP + 1;
  const startMs = START_MS - 7 * DAY_MS;
  const values = Float64Array.from({ length }, (_, i) => {
    const timeMs = startMs + i * STEP;
    return timeMs < START_MS - ageMs ? NaN : load(timeMs);
  });
  return new Series(startMs, STEP, values);
}

const all: BacktestJobs[] = [];
afterEach(() => {
  for (const jobs of all.splice(0)) jobs.close();
});

function someJobs(series = history(), workload: Workload = WORKLOAD) {
  let nowMs = START_MS;
  const jobs = new BacktestJobs({
    find: (id) => (id === workload.id ? { workload, series } : undefined),
    now: () => nowMs++,
    timer: () => performance.now(),
  });
  all.push(jobs);
  return jobs;
}

/** Every state of a job until it ends. */
async function ended(jobs: BacktestJobs, { id }: BacktestJob): Promise<readonly BacktestJob[]> {
  const seen: BacktestJob[] = [];
  await new Promise<void>((resolve) => {
    jobs.follow(id, (job) => {
      seen.push(job);
      if (job.status !== 'running') resolve();
    });
  });
  return seen;
}

describe('BacktestJobs', () => {
  it('runs in the background, shows its progress, and ends with the scores of models and yardsticks', async () => {
    const jobs = someJobs();
    const job = jobs.start(REQUEST);
    expect(job).toMatchObject({ request: REQUEST, status: 'running', progress: 0, scores: null, error: null });
    expect(job.finishedAtMs).toBeNull();
    expect(jobs.get(job.id)).toBe(job);

    const seen = await ended(jobs, job);
    const done = seen.at(-1)!;
    expect(done).toMatchObject({ id: job.id, status: 'done', progress: 1, error: null });
    expect(done.finishedAtMs).toBeGreaterThan(done.startedAtMs);
    expect(jobs.get(job.id)).toBe(done);
    expect(jobs.list()).toEqual([done]);
    expect(done.scores?.map(({ model }) => model)).toEqual(['last-value', 'naive', 'seasonal-naive-1d']);

    const progress = seen.map((each) => each.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    // Of 1,009 samples, 721 (5 days and one) are history and 12 horizon: (1,009 - 721 - 12) / 18 + 1 = 16 origins.
    expect(done.scores?.[0]?.origins).toBe(16);
    // One step per model and origin, the last of which is followed by the end.
    expect(seen).toHaveLength(16 * 3 + 1);
    // The wave repeats itself after 6 h, so that a day ago is exact, and the last value is not.
    expect(done.scores?.[2]?.mae).toBeLessThan(1e-6);
    expect(done.scores?.[1]?.mae).toBeGreaterThan(10);
  });

  it('lets others run between two fits', async () => {
    const jobs = someJobs();
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await ended(jobs, jobs.start(REQUEST));
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(16 * 3);
  });

  it('compares all models where none is named', async () => {
    const jobs = someJobs();
    const seen = await ended(jobs, jobs.start({ ...REQUEST, models: [], strideMs: DAY_MS }));
    expect(seen.at(-1)?.scores?.map(({ model }) => model)).toEqual([
      ...allForecasters().map(({ name }) => name),
      'naive',
      'seasonal-naive-1d',
    ]);
  });

  it('takes a source that is younger than the window for what it is, not for a history of gaps', async () => {
    const jobs = someJobs(history(2 * DAY_MS));
    const done = (await ended(jobs, jobs.start(REQUEST))).at(-1)!;
    // 289 samples are known. Five sevenths of 289 steps are 206.4: 207 samples; (289 - 207 - 12) / 18 + 1 = 4 origins.
    expect(done).toMatchObject({ status: 'done' });
    expect(done.scores?.[0]?.origins).toBe(4);
  });

  it('leaves out the ignored windows of the workload, as the model in use does', async () => {
    const outage = { fromMs: START_MS - DAY_MS, toMs: START_MS - 12 * HOUR_MS };
    const load = (timeMs: number): number => (timeMs >= outage.fromMs && timeMs <= outage.toMs ? 1e6 : 100);
    const jobs = someJobs(history(7 * DAY_MS, load), { ...WORKLOAD, ignoreWindows: [outage] });
    const done = (await ended(jobs, jobs.start(REQUEST))).at(-1)!;
    expect(done.scores?.[0]?.mae).toBe(0);
  });

  it.each([
    ['nothing is known yet', new Series(START_MS, STEP, new Float64Array(0))],
    ['there is less history than one horizon', history(HOUR_MS)],
  ])('fails with words, not with scores of nothing, while %s', async (_, series) => {
    const jobs = someJobs(series);
    const failed = (await ended(jobs, jobs.start(REQUEST))).at(-1)!;
    expect(failed).toMatchObject({ status: 'failed', scores: null });
    expect(failed.error).toMatch(/^the history in memory spans .*, too short for a backtest with a horizon of 2h$/);
    expect(failed.finishedAtMs).not.toBeNull();
  });

  it('refuses a workload or a model that does not exist, and starts nothing', () => {
    const jobs = someJobs();
    expect(() => jobs.start({ ...REQUEST, workloadId: 'a/b/c' })).toThrow(
      new UsageError('there is no workload "a/b/c"'),
    );
    expect(() => jobs.start({ ...REQUEST, models: ['last-value', 'oracle'] })).toThrow(
      /unknown model "oracle"; expected one of random-walk, /,
    );
    expect(jobs.list()).toEqual([]);
  });

  it('runs two at a time, refuses a third, and takes it once one has ended', async () => {
    const jobs = someJobs();
    const first = jobs.start(REQUEST);
    jobs.start(REQUEST);
    expect(() => jobs.start(REQUEST)).toThrow(/^2 backtests are running.*cancel one or try again later$/);
    await ended(jobs, first);
    expect(jobs.start(REQUEST).status).toBe('running');
  });

  it('can be cancelled, which ends it before the next fit', async () => {
    const jobs = someJobs();
    const job = jobs.start(REQUEST);
    const end = ended(jobs, job);
    expect(jobs.cancel(job.id)).toBe(true);
    const cancelled = (await end).at(-1)!;
    expect(cancelled).toMatchObject({ status: 'cancelled', scores: null, error: null });
    expect(cancelled.progress).toBeLessThan(0.1);
    expect(jobs.cancel(job.id)).toBe(true);
    expect(jobs.get(job.id)).toBe(cancelled);
  });

  it('knows nothing of a job that does not exist', () => {
    const jobs = someJobs();
    expect(jobs.get('bt-1')).toBeUndefined();
    expect(jobs.cancel('bt-1')).toBe(false);
    jobs.follow('bt-1', () => expect.fail('nothing to follow'))();
  });

  it('tells several followers, each until it stops or the job ends', async () => {
    const jobs = someJobs();
    const job = jobs.start(REQUEST);
    const [stopped, kept]: [BacktestJob[], BacktestJob[]] = [[], []];
    const stop = jobs.follow(job.id, (each) => {
      stopped.push(each);
      if (stopped.length === 3) stop();
    });
    jobs.follow(job.id, (each) => kept.push(each));
    await ended(jobs, job);
    expect(stopped).toHaveLength(3);
    expect(kept.length).toBe(16 * 3 + 1);
  });

  it('cancels what is running when it is closed', async () => {
    const jobs = someJobs();
    const ends = [jobs.start(REQUEST), jobs.start(REQUEST)].map((job) => ended(jobs, job));
    jobs.close();
    for (const seen of await Promise.all(ends)) expect(seen.at(-1)?.status).toBe('cancelled');
  });

  it('keeps the newest fifty finished jobs, each under a name of its own', async () => {
    const jobs = someJobs(history(HOUR_MS));
    const ids: string[] = [];
    for (let i = 0; i < 55; i++) {
      const job = jobs.start(REQUEST);
      ids.push(job.id);
      await ended(jobs, job);
    }
    expect(new Set(ids).size).toBe(55);
    expect(jobs.list().map(({ id }) => id)).toEqual(ids.slice(-50));
    expect(jobs.get(ids[0]!)).toBeUndefined();
  });
});
