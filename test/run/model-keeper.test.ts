import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { TrainingError, UsageError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS, type Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import type { ModelRecord } from '../../src/core/store.js';
import type { Workload } from '../../src/core/workload.js';
import { ModelKeeper } from '../../src/run/model-keeper.js';
import { learnWith } from '../../src/forecast/neural/learn.js';
import { neuralWith } from '../../src/forecast/neural/neural.js';
import { forecasterByName, prepareForecaster } from '../../src/forecast/registry.js';
import type { FitRequest, TrainRequest, TrainResult } from '../../src/train/request.js';
import { perform } from '../../src/train/tasks.js';
import type { JobOptions, Trainer } from '../../src/train/trainer.js';
import { KeptLog, START_MS, STEP_MS, aFastWorkload, anInProcessTrainer, wave } from './running.js';

/** The day that ends at `endMs`. */
function dayUntil(endMs: number, load = wave): Series {
  const startMs = endMs - DAY_MS;
  return new Series(
    startMs,
    STEP_MS,
    Float64Array.from({ length: DAY_MS / STEP_MS + 1 }, (_, i) => load(startMs + i * STEP_MS)),
  );
}

/** Passes jobs on to a trainer in this process, when it is let; counts them by task. */
class CountingTrainer implements Trainer {
  readonly jobs: { task: string; priority: string }[] = [];
  readonly #trainer = anInProcessTrainer();
  #gate: Promise<void> = Promise.resolve();

  /** Jobs from now on wait for the function that is returned, and then see what is there then. */
  hold(): () => void {
    let release!: () => void;
    this.#gate = new Promise((resolve) => (release = resolve));
    return release;
  }

  fail(message: string): void {
    this.#gate = Promise.reject(new TrainingError(message));
    this.#gate.catch(() => undefined);
  }

  recover(): void {
    this.#gate = Promise.resolve();
  }

  run: Trainer['run'] = async (task, request, options: JobOptions) => {
    this.jobs.push({ task, priority: options.priority });
    const raced = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const stop = (): void => {
        reject(options.signal.reason as Error);
      };
      options.signal.addEventListener('abort', stop, { signal: raced.signal });
    });
    await Promise.race([this.#gate, aborted]).finally(() => {
      raced.abort();
    });
    return this.#trainer.run(task, request, options);
  };

  close(): Promise<void> {
    return this.#trainer.close();
  }
}

/** Everything that an advance leads to has happened: of what it does, nothing needs I/O. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function aKeeper(overrides: Partial<Workload> = {}, phase = 0) {
  const records: ModelRecord[] = [];
  const trainer = new CountingTrainer();
  const logger = new KeptLog();
  const abort = new AbortController();
  const keeper = new ModelKeeper({
    workload: aFastWorkload(overrides),
    phase,
    trainer,
    logger,
    onTrained: (record) => records.push(record),
  });
  const advance = (series: Series, nowMs: number, corrected = false): void => {
    keeper.advance(series, corrected, nowMs, abort.signal);
  };
  const advanceTo = async (nowMs: number, load = wave, corrected = false): Promise<Forecast | null> => {
    advance(dayUntil(nowMs, load), nowMs, corrected);
    await settle();
    return keeper.forecast;
  };
  return { keeper, trainer, logger, abort, records, advance, advanceTo };
}

/** What the model is that is trained on the day until `endMs`: the forecast that a restart would make. */
function trainedOn(endMs: number, load = wave): Promise<Forecast | null> {
  return aKeeper().advanceTo(endMs, load);
}

/** Advances every ten minutes for a day. @returns the hours after which there was a full training */
async function trainingHours(
  { advanceTo, trainer }: Pick<ReturnType<typeof aKeeper>, 'advanceTo' | 'trainer'>,
  load = wave,
): Promise<number[]> {
  const hours: number[] = [];
  for (let sinceMs = 0; sinceMs <= DAY_MS; sinceMs += 10 * MINUTE_MS) {
    const before = trainer.jobs.length;
    await advanceTo(START_MS + sinceMs, load);
    if (trainer.jobs.slice(before).some(({ task }) => task === 'train')) hours.push(sinceMs / HOUR_MS);
  }
  return hours;
}

describe('ModelKeeper', () => {
  it.each([
    ['six hours', 0, [0, 6, 12, 18, 24]],
    ['less for a workload later in the phase, so that not all do it at once', 0.5, [0, 4.5, 9, 13.5, 18, 22.5]],
  ])('refits after %s', async (_, phase, expected) => {
    expect(await trainingHours(aKeeper({}, phase))).toEqual(expected);
  });

  it('tries again every hour while the history is too short for evidence, and as soon as another model can be tried', async () => {
    const since = (timeMs: number): number => (timeMs < START_MS - 3 * HOUR_MS ? NaN : wave(timeMs));
    const keeper = aKeeper();
    // The last value needs 80 samples in three fifths of the history: 134, or four and a half hours.
    expect((await trainingHours(keeper, since)).slice(0, 4)).toEqual([0, 1, 1.5, 2.5]);
    expect(keeper.keeper.evidence).not.toBeNull();
  });

  it('lets a first model overtake the refits of others', async () => {
    const { advanceTo, trainer } = aKeeper();
    await advanceTo(START_MS);
    await advanceTo(START_MS + 6 * HOUR_MS);
    expect(trainer.jobs).toEqual([
      { task: 'train', priority: 'first' },
      { task: 'train', priority: 'refit' },
    ]);
  });

  it('follows new samples without a fit in between, and fits the same model anew after corrected ones', async () => {
    const { advanceTo, trainer, records } = aKeeper();
    await advanceTo(START_MS);
    await advanceTo(START_MS + STEP_MS);
    await advanceTo(START_MS + 10 * STEP_MS);
    expect(trainer.jobs).toHaveLength(1);
    const late = (timeMs: number): number => (timeMs === START_MS ? 5_000 : wave(timeMs));
    const corrected = await advanceTo(START_MS + 11 * STEP_MS, late, true);
    expect(trainer.jobs.slice(1)).toEqual([{ task: 'fit', priority: 'refit' }]);
    expect(corrected).toEqual(await trainedOn(START_MS + 11 * STEP_MS, late));
    expect(records).toHaveLength(1);
    await advanceTo(START_MS + 12 * STEP_MS, late);
    expect(trainer.jobs).toHaveLength(2);
  });

  it('starts its forecast at the last known sample, and goes on from there when more come', async () => {
    const { advanceTo, trainer } = aKeeper();
    const silent = (timeMs: number): number => (timeMs > START_MS ? NaN : wave(timeMs));
    const first = await advanceTo(START_MS);
    expect(await advanceTo(START_MS + HOUR_MS, silent)).toEqual(first);
    const back = (timeMs: number): number => (timeMs > START_MS && timeMs < START_MS + HOUR_MS ? NaN : wave(timeMs));
    expect((await advanceTo(START_MS + HOUR_MS, back))?.originMs).toBe(START_MS + HOUR_MS);
    expect(trainer.jobs).toHaveLength(1);
  });

  it('finds the season that its model needs, and says so when there is none', async () => {
    expect((await aKeeper({ model: 'seasonal-naive' }).advanceTo(START_MS))?.model).toBe('seasonal-naive');
    const { keeper, advanceTo } = aKeeper({ model: 'seasonal-naive' });
    expect(await advanceTo(START_MS, () => 7)).toBeNull();
    expect(keeper.problem).toContain('seasonal-naive needs a season');
  });

  it('says how many samples are needed while there are too few, and asks again once they are there', async () => {
    const { advanceTo, keeper, trainer } = aKeeper({ model: 'ridge' });
    const since = (timeMs: number): number => (timeMs < START_MS - HOUR_MS ? NaN : wave(timeMs));
    // 150 rows, 60 steps ahead, 60 to look back on; an hour has 31 grid points.
    expect(await advanceTo(START_MS, since)).toBeNull();
    expect(keeper.samples).toEqual({ knownSamples: 31, neededSamples: 270 });
    expect([keeper.problem, keeper.status, keeper.evidence]).toEqual([null, null, null]);
    expect(await advanceTo(START_MS + 20 * STEP_MS, since)).toBeNull();
    expect(keeper.samples).toEqual({ knownSamples: 51, neededSamples: 270 });
    expect(trainer.jobs).toHaveLength(1);
    expect(await advanceTo(START_MS + 239 * STEP_MS, since)).not.toBeNull();
  });

  it('does not count samples in ignored windows', async () => {
    const ignoreWindows = [{ fromMs: START_MS - DAY_MS, toMs: START_MS - HOUR_MS }];
    const { keeper, advanceTo } = aKeeper({ ignoreWindows });
    await advanceTo(START_MS);
    expect(keeper.samples.knownSamples).toBe(30);
  });

  it.each<[string, Workload['seasonalityMs'], number[]]>([
    ['found in the data', 'auto', [6 * HOUR_MS]],
    ['given', [8 * HOUR_MS, 12 * HOUR_MS], [8 * HOUR_MS, 12 * HOUR_MS]],
    ['given and not a multiple of the step, to the nearest one', [HOUR_MS + 1], [HOUR_MS]],
  ])('shows the seasons in use: %s', async (_, seasonalityMs, expected) => {
    const { keeper, advanceTo } = aKeeper({ seasonalityMs });
    await advanceTo(START_MS);
    expect(keeper.status).toMatchObject({ name: 'combination', seasonsMs: expected, fittedAtMs: START_MS });
  });

  it('refuses a model that there is not', () => {
    expect(() => aKeeper({ model: 'oracle' })).toThrow(UsageError);
  });

  it('gives up a model when a refit finds too little history for any', async () => {
    const { keeper, advanceTo } = aKeeper();
    await advanceTo(START_MS);
    expect(
      await advanceTo(START_MS + 7 * HOUR_MS, (timeMs) => (timeMs < START_MS ? NaN : wave(timeMs))),
    ).not.toBeNull();
    // All but the last six minutes have turned out to be wrong: 3 samples are left.
    const laterMs = START_MS + 14 * HOUR_MS;
    expect(await advanceTo(laterMs, (timeMs) => (timeMs < laterMs - 2 * STEP_MS ? NaN : wave(timeMs)))).toBeNull();
    expect(keeper.samples).toEqual({ knownSamples: 3, neededSamples: 4 });
    expect([keeper.status, keeper.evidence]).toEqual([null, null]);
  });
});

describe('while a model is trained', () => {
  const dueMs = START_MS + 6 * HOUR_MS;

  it('the one before goes on being updated, and the new one catches up and takes over', async () => {
    const { keeper, trainer, advanceTo } = aKeeper();
    await advanceTo(START_MS);
    const release = trainer.hold();
    await advanceTo(dueMs);
    await advanceTo(dueMs + 4 * STEP_MS);
    expect(keeper.forecast?.originMs).toBe(dueMs + 4 * STEP_MS);
    expect(keeper.status?.fittedAtMs).toBe(START_MS);
    expect(trainer.jobs).toHaveLength(2);
    release();
    await settle();
    // The job saw what was there when its turn came.
    expect(keeper.status?.fittedAtMs).toBe(dueMs + 4 * STEP_MS);
    expect(keeper.forecast).toEqual(await trainedOn(dueMs + 4 * STEP_MS));
  });

  it('samples that come after its history are appended, so that nothing is lost', async () => {
    const { keeper, abort } = aKeeper();
    const held = aHoldingKeeper();
    held.advance(dayUntil(START_MS), START_MS);
    held.advance(dayUntil(START_MS + 3 * STEP_MS), START_MS + 3 * STEP_MS);
    expect(held.keeper.forecast).toBeNull();
    await held.finish();
    expect(held.keeper.forecast?.originMs).toBe(START_MS + 3 * STEP_MS);
    // As a model that was there at the first moment and was updated.
    keeper.advance(dayUntil(START_MS), false, START_MS, abort.signal);
    await settle();
    keeper.advance(dayUntil(START_MS + 3 * STEP_MS), false, START_MS + 3 * STEP_MS, abort.signal);
    expect(held.keeper.forecast).toEqual(keeper.forecast);
    expect(held.keeper.status?.fittedAtMs).toBe(START_MS);
  });

  it('corrected samples lead to a fit of the new one afterwards', async () => {
    const held = aHoldingKeeper();
    const late = (timeMs: number): number => (timeMs === START_MS - STEP_MS ? 5_000 : wave(timeMs));
    held.advance(dayUntil(START_MS), START_MS);
    held.advance(dayUntil(START_MS + STEP_MS, late), START_MS + STEP_MS, true);
    await held.finish();
    held.advance(dayUntil(START_MS + 2 * STEP_MS, late), START_MS + 2 * STEP_MS);
    expect(held.tasks).toEqual(['train', 'fit']);
    await held.finish();
    held.advance(dayUntil(START_MS + 3 * STEP_MS, late), START_MS + 3 * STEP_MS);
    expect(held.tasks).toEqual(['train', 'fit']);
    const expected = aKeeper();
    expected.advance(dayUntil(START_MS + 2 * STEP_MS, late), START_MS + 2 * STEP_MS);
    await settle();
    expected.advance(dayUntil(START_MS + 3 * STEP_MS, late), START_MS + 3 * STEP_MS);
    expect(held.keeper.forecast?.values[5]).toEqual(expected.keeper.forecast?.values[5]);
  });

  it('a clock that is set back makes it of no use, and another one is trained', async () => {
    const held = aHoldingKeeper();
    held.advance(dayUntil(START_MS), START_MS);
    held.advance(dayUntil(START_MS - HOUR_MS), START_MS - HOUR_MS);
    await held.finish();
    expect(held.keeper.status).toBeNull();
    held.advance(dayUntil(START_MS - HOUR_MS), START_MS - HOUR_MS);
    await held.finish();
    expect(held.keeper.forecast?.originMs).toBe(START_MS - HOUR_MS);
  });

  it('the end of the workload ends it, without a word', async () => {
    const { keeper, trainer, logger, abort, records, advance } = aKeeper();
    trainer.hold();
    advance(dayUntil(START_MS), START_MS);
    const { training } = keeper;
    abort.abort();
    await training;
    expect([keeper.training, keeper.problem, keeper.forecast]).toEqual([null, null, null]);
    expect(records).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  /** Its jobs take up their history at once, and are done when told: as in another thread. */
  function aHoldingKeeper() {
    const tasks: string[] = [];
    let work: () => void = () => undefined;
    const trainer: Trainer = {
      run: (task, request) => {
        tasks.push(task);
        const job = { task, request: request() };
        return new Promise((resolve) => {
          work = () => {
            resolve(perform(job, () => undefined) as never);
          };
        });
      },
      close: () => Promise.resolve(),
    };
    const keeper = new ModelKeeper({
      workload: aFastWorkload(),
      phase: 0,
      trainer,
      logger: new KeptLog(),
      onTrained: () => undefined,
    });
    const { signal } = new AbortController();
    return {
      keeper,
      tasks,
      advance: (series: Series, nowMs: number, corrected = false): void => {
        keeper.advance(series, corrected, nowMs, signal);
      },
      finish: async (): Promise<void> => {
        work();
        await settle();
      },
    };
  }
});

describe('a training that fails', () => {
  it('is told once, tried again after 1, 2, 4 ... minutes, at most an hour, and the old model goes on', async () => {
    const { keeper, trainer, logger, advanceTo } = aKeeper();
    await advanceTo(START_MS);
    trainer.fail('the worker thread ended with code 1');
    const tries: number[] = [];
    const dueMs = START_MS + 6 * HOUR_MS;
    for (let sinceMs = 0; sinceMs < 5 * HOUR_MS; sinceMs += STEP_MS) {
      const before = trainer.jobs.length;
      const forecast = await advanceTo(dueMs + sinceMs);
      expect(forecast?.originMs).toBe(dueMs + sinceMs);
      if (trainer.jobs.length > before) tries.push(sinceMs / MINUTE_MS);
    }
    // Looked at every two minutes: 1, then 2, 4, 8, 16, 32 and 60 minutes after the last try.
    expect(tries).toEqual([0, 2, 4, 8, 16, 32, 64, 124, 184, 244]);
    expect(logger.lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'warn: training failed, serving goes on',
    ]);
    // 06:00 and 244 minutes, and an hour.
    expect(keeper.problem).toBe('training failed (the worker thread ended with code 1); tried again at 11:04 UTC');
    expect(keeper.status?.fittedAtMs).toBe(START_MS);
    trainer.recover();
    await advanceTo(dueMs + 5 * HOUR_MS + 4 * MINUTE_MS);
    expect(keeper.problem).toBeNull();
    expect(keeper.status?.fittedAtMs).toBe(dueMs + 5 * HOUR_MS + 4 * MINUTE_MS);
    expect(logger.lines.at(-1)).toBe('info: training works again');
  });

  it('of a first model is a problem that is told, and there is no forecast until it succeeds', async () => {
    const { keeper, trainer, advanceTo } = aKeeper();
    trainer.fail('the worker thread gave no sign of life');
    expect(await advanceTo(START_MS)).toBeNull();
    expect(keeper.problem).toContain('training failed (the worker thread gave no sign of life)');
    trainer.recover();
    expect(await advanceTo(START_MS + STEP_MS)).not.toBeNull();
    expect(keeper.problem).toBeNull();
  });

  it('of corrected samples is tried again', async () => {
    const { trainer, advanceTo } = aKeeper();
    await advanceTo(START_MS);
    trainer.fail('out of memory');
    await advanceTo(START_MS + STEP_MS, wave, true);
    trainer.recover();
    await advanceTo(START_MS + 2 * STEP_MS);
    await advanceTo(START_MS + 3 * STEP_MS);
    expect(trainer.jobs.map(({ task }) => task)).toEqual(['train', 'fit', 'fit']);
  });
});

describe('what a training is told of the model in use', () => {
  const FIT = { horizonSteps: 60, levels: DEFAULT_LEVELS, seasonSteps: [180] };
  const quick = neuralWith(() => expect.fail('there is nothing to learn'));

  /** A keeper whose trainer fits nothing: every training comes to the same model, of the day until the start. */
  async function aKeeperOf(model: string, state: unknown) {
    const requests: (TrainRequest | FitRequest)[] = [];
    const trained: TrainResult = {
      model: { name: model, state, seasonSteps: FIT.seasonSteps, evidence: null, selection: null },
      ...{ knownSamples: 721, nextModelAtSamples: Infinity, problem: null, masks: [] },
    };
    const run = (task: string, request: () => TrainRequest | FitRequest): Promise<unknown> => {
      requests.push(request());
      return Promise.resolve(task === 'train' ? trained : state);
    };
    const trainer = { run, close: () => Promise.resolve() } as Trainer;
    const keeper = new ModelKeeper({
      workload: aFastWorkload({ model }),
      phase: 0,
      trainer,
      logger: new KeptLog(),
      onTrained: () => undefined,
    });
    for (const [sinceMs, corrected] of [
      [0, false],
      [STEP_MS, true],
      [HOUR_MS, false],
    ] as const) {
      keeper.advance(dayUntil(START_MS + sinceMs), corrected, START_MS + sinceMs, new AbortController().signal);
      await settle();
    }
    return requests;
  }

  it('is its state, with all samples that it has seen, where its training can go on from that', async () => {
    await prepareForecaster('neural');
    const learn = learnWith({ cold: { earlySteps: 1, finalSteps: 1 }, warm: { earlySteps: 1, finalSteps: 1 } });
    const requests = await aKeeperOf('neural', neuralWith(learn).fit(dayUntil(START_MS), FIT).toJSON());
    const origins = requests.map(({ previous }) => previous !== undefined && quick.restore(previous).originMs);
    expect(origins).toEqual([false, START_MS + STEP_MS, START_MS + HOUR_MS]);
  });

  it('is its name alone for all other models', async () => {
    const requests = await aKeeperOf('ridge', forecasterByName('ridge').fit(dayUntil(START_MS), FIT).toJSON());
    expect(requests.map((request) => 'previous' in request)).toEqual([false, false, false]);
    expect(requests[2]).toMatchObject({ incumbent: 'ridge' });
  });
});

describe('drift', () => {
  /** Goes over from the wave to something else. */
  const changing = (atMs: number) => (timeMs: number) =>
    timeMs < atMs ? wave(timeMs) : 500 + 200 * Math.sin((2 * Math.PI * timeMs) / (20 * MINUTE_MS));

  const trainingMinutes = async (changeMs: number, untilMs: number): Promise<number[]> => {
    const { trainer, advanceTo } = aKeeper();
    const minutes: number[] = [];
    for (let nowMs = START_MS; nowMs <= untilMs; nowMs += STEP_MS) {
      const before = trainer.jobs.length;
      await advanceTo(nowMs, changing(changeMs));
      if (trainer.jobs.length > before) minutes.push((nowMs - START_MS) / MINUTE_MS);
    }
    return minutes;
  };

  it('leads to a refit soon after the load has become another', async () => {
    const [first, second] = await trainingMinutes(START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS);
    expect(first).toBe(0);
    // Six samples at the least, 12 minutes.
    expect(second).toBeGreaterThanOrEqual(130);
    expect(second).toBeLessThanOrEqual(150);
  });

  it('leads to no refit within an hour of the last', async () => {
    const minutes = await trainingMinutes(START_MS + 10 * MINUTE_MS, START_MS + 90 * MINUTE_MS);
    expect(minutes.slice(0, 2)).toEqual([0, 60]);
  });
});

describe('a record', async () => {
  const original = aKeeper();
  await original.advanceTo(START_MS);
  const stored = JSON.parse(JSON.stringify(original.records[0])) as ModelRecord;

  it('restores the model bit for bit, with evidence, seasons and schedule, and without a training', async () => {
    const { keeper, advanceTo, trainer } = aKeeper();
    keeper.restore(stored, null);
    expect(keeper.status).toEqual(original.keeper.status);
    expect(keeper.evidence).toEqual(original.keeper.evidence);
    const later = START_MS + 5 * HOUR_MS;
    expect(await advanceTo(later)).toEqual(await original.advanceTo(later));
    expect(trainer.jobs).toEqual([]);
    await advanceTo(START_MS + 6 * HOUR_MS);
    expect(trainer.jobs).toHaveLength(1);
  });

  it.each<[string, Partial<ModelRecord>, Partial<Workload>]>([
    ['whose model is not known any more', { model: 'oracle' }, {}],
    ['whose state cannot be read', { state: { format: 99 } }, {}],
    ['whose state is missing', { state: null }, {}],
    ['of another horizon', {}, { horizonMs: HOUR_MS }],
    ['of another choice of model', {}, { model: 'last-value' }],
  ])('%s is left alone, and the next samples lead to a training', async (_, change, workload) => {
    const { keeper, advanceTo, trainer, records } = aKeeper(workload);
    keeper.restore({ ...stored, ...change }, null);
    expect([keeper.status, keeper.evidence]).toEqual([null, null]);
    await advanceTo(START_MS + STEP_MS);
    expect(trainer.jobs).toHaveLength(1);
    expect(records[0]?.model).toBe(workload.model ?? 'combination');
  });

  it('that is too old to go on from serves its forecast until another model is trained', async () => {
    const { keeper, trainer, advance } = aKeeper();
    keeper.restore(stored, original.keeper.forecast);
    const release = trainer.hold();
    const laterMs = START_MS + 3 * DAY_MS;
    advance(dayUntil(laterMs), laterMs);
    expect(keeper.status).toBeNull();
    expect(keeper.forecast).toBe(original.keeper.forecast);
    release();
    await settle();
    expect(keeper.forecast?.originMs).toBe(laterMs);
  });
});
