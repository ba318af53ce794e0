import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { UsageError } from '../../src/core/errors.js';
import type { ScaledObject } from '../../src/core/scaled-object.js';
import { Series } from '../../src/core/series.js';
import { ReplayJobs } from '../../src/run/replay-jobs.js';
import type { ReplayJob, ReplayRequest } from '../../src/serve/view.js';
import { POLICY_NAMES } from '../../src/replay/policy-names.js';
import { aScaledObject } from '../support/fake-scaled-objects.js';
import { START_MS, aFastWorkload, wave } from './running.js';

const STEP = 10 * MINUTE_MS;
const WORKLOAD = aFastWorkload({
  stepMs: STEP,
  historyWindowMs: 7 * DAY_MS,
  targetPerReplica: 10,
  bounds: { minReplicaCount: 1, maxReplicaCount: 100 },
  model: 'last-value',
});
const REQUEST: ReplayRequest = {
  workloadId: WORKLOAD.id,
  startup: { p50Ms: MINUTE_MS, p95Ms: 2 * MINUTE_MS },
  nodes: null,
  terminationMs: 30_000,
  latency: null,
  queue: false,
  noise: null,
  pipeline: { scrapeIntervalMs: 15_000, rateWindowMs: 60_000, adapterDelayMs: 1_000 },
  seed: 1,
  targetUtilization: 0.7,
  hpaMetric: 'load',
  objective: null,
  assertion: null,
};

/** What is in memory at the present: so much of a load. */
function history(spanMs: number): Series {
  const values = Float64Array.from({ length: spanMs / STEP + 1 }, (_, i) => wave(START_MS - spanMs + i * STEP));
  return new Series(START_MS - spanMs, STEP, values);
}

const all: ReplayJobs[] = [];
afterEach(() => {
  for (const jobs of all.splice(0)) jobs.close();
});

/** As the runner of a workload: its series is what is in memory at the moment of asking. */
class Runner {
  readonly workload = WORKLOAD;
  readonly #held: Series;

  constructor(held: Series) {
    this.#held = held;
  }

  get series(): Series {
    return this.#held;
  }
}

function someJobs(series = history(2 * DAY_MS), object?: ScaledObject) {
  const find = (id: string) => (id === WORKLOAD.id ? new Runner(series) : undefined);
  const jobs = new ReplayJobs({ find, objectOf: () => object, now: () => START_MS });
  all.push(jobs);
  return jobs;
}

/** Every state of a job until it ends. */
async function ended(jobs: ReplayJobs, { id }: ReplayJob): Promise<readonly ReplayJob[]> {
  const seen: ReplayJob[] = [];
  await new Promise<void>((resolve) => {
    jobs.follow(id, (job) => {
      seen.push(job);
      if (job.status !== 'running') resolve();
    });
  });
  return seen;
}

describe('ReplayJobs', () => {
  it('replays what is in memory in the background, and ends with every policy', async () => {
    const jobs = someJobs();
    const job = jobs.start({ ...REQUEST, assertion: 'pod_hours<=2*hpa' });
    expect(job).toMatchObject({ status: 'running', progress: 0, findings: null, error: null });
    const seen = await ended(jobs, job);
    const progress = seen.map((each) => each.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const { findings } = seen.at(-1)!;
    expect(findings!.policies.map(({ policy }) => policy)).toEqual(POLICY_NAMES);
    expect(findings!.assertion).toEqual({ text: 'pod_hours<=2*hpa', met: true });
    // Four sevenths of two days are 27 whole hours; the rest is replayed.
    expect(findings!.toMs - findings!.fromMs).toBe(2 * DAY_MS - 27 * HOUR_MS);
    expect(findings!.objective).toBeNull();
    const [ours, hpa] = findings!.policies;
    expect(ours!.podHours).toBeGreaterThan(0);
    expect(hpa!.shareShort).toBeGreaterThanOrEqual(0);
  });

  it('takes the pods and their load to be as the request says', async () => {
    const jobs = someJobs();
    const plain = (await ended(jobs, jobs.start(REQUEST))).at(-1)!.findings!.policies;
    const figures = async (change: Partial<ReplayRequest>) => {
      const job = jobs.start({ ...REQUEST, ...change });
      return (await ended(jobs, job)).at(-1)!.findings!.policies;
    };
    expect(plain.every(({ latency }) => latency === null)).toBe(true);
    const [served] = await figures({ latency: { requestTimeMs: 100, concurrency: 10 } });
    // The mean of an exponential service time of 100 ms has its 95th percentile at 300 ms.
    expect(served!.latency!.p95S).toBeGreaterThan(0.29);
    const [, hpa] = plain;
    const slowly = { samplesS: new Array<number>(5).fill(5_900) };
    const slow = await figures({ startup: slowly });
    expect(slow[1]!.minutesShort).toBeGreaterThan(hpa!.minutesShort);
    const onNodes = await figures({ nodes: { podsPerNode: 1, startupMs: 90 * MINUTE_MS } });
    expect(onNodes[1]!.minutesShort).toBeGreaterThan(hpa!.minutesShort);
    const paid = await figures({ terminationMs: 60 * MINUTE_MS });
    expect(paid[1]!.podHours).toBeGreaterThan(hpa!.podHours);
    const noisy = await figures({ noise: { deviation: 0.3, correlationMs: 10_000 } });
    expect(noisy[1]!.minutesShort).toBeGreaterThan(hpa!.minutesShort);
    const seeded = await figures({ noise: { deviation: 0.3, correlationMs: 10_000 }, seed: 2 });
    expect(seeded[1]).not.toEqual(noisy[1]);
    const waiting = await figures({ queue: true, startup: slowly });
    expect(waiting[1]!.minutesShort).toBeGreaterThan(slow[1]!.minutesShort);
    expect((await figures({ hpaMetric: 'cpu' }))[1]!.description).toContain('on the CPU of its pods');
  });

  it('takes behaviour, idling and cooldown from the ScaledObject of the workload', async () => {
    const figures = async (object: ScaledObject) => {
      const jobs = someJobs(history(2 * DAY_MS), object);
      const { policies } = (await ended(jobs, jobs.start(REQUEST))).at(-1)!.findings!;
      return Object.fromEntries(policies.map((each) => [each.policy, each]));
    };
    const plain = await figures(aScaledObject());
    const never = await figures(aScaledObject({ behavior: { scaleDown: { selectPolicy: 'Disabled' } } }));
    for (const name of ['tidecast', 'hpa', 'keda']) {
      expect(plain[name]!.scaleDowns).toBeGreaterThan(0);
      expect(never[name]!.scaleDowns).toBe(0);
    }
    const held = await figures(aScaledObject({ behavior: { scaleDown: { stabilizationWindowS: 600 } } }));
    expect(held['tidecast']!.description).toContain('scale-down held for 10m');
  });

  it('fails with words where there is too little', async () => {
    const jobs = someJobs(history(DAY_MS));
    const failed = (await ended(jobs, jobs.start(REQUEST))).at(-1);
    expect(failed).toMatchObject({ status: 'failed', findings: null });
    expect(failed!.error).toMatch(/^the history in memory spans 1d10m; expected at least 1d18h/);
  });

  it('stops when it is cancelled', async () => {
    const jobs = someJobs();
    const job = jobs.start(REQUEST);
    const end = ended(jobs, job);
    expect(jobs.cancel(job.id)).toBe(true);
    expect((await end).at(-1)).toMatchObject({ status: 'cancelled', findings: null, error: null });
  });

  it.each([
    ['a workload that there is not', { workloadId: 'a/b/c' }, 'there is no workload "a/b/c"'],
    ['an objective with a slip', { objective: 'shrt<=1' }, '"shrt" in "shrt<=1"'],
    ['an assertion with a slip', { assertion: 'short<=x' }, '"x" in "short<=x"'],
  ])('refuses %s, and starts nothing', (_, change, message) => {
    const jobs = someJobs();
    expect(() => jobs.start({ ...REQUEST, ...change })).toThrow(UsageError);
    expect(() => jobs.start({ ...REQUEST, ...change })).toThrow(message);
    expect(jobs.list()).toEqual([]);
  });
});
