import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { TrainingError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import { learnWith, WARM_EFFORT } from '../../src/forecast/neural/learn.js';
import { neuralWith } from '../../src/forecast/neural/neural.js';
import { candidatesFor, forecasterByName, prepareForecaster } from '../../src/forecast/registry.js';
import { fit } from '../../src/train/fit.js';
import { QueuedTrainer, type Executor } from '../../src/train/queued-trainer.js';
import type { FitRequest, Stage, TrainRequest } from '../../src/train/request.js';
import { train } from '../../src/train/train.js';
import type { JobOptions, TrainerMetrics } from '../../src/train/trainer.js';

const STEP_MS = 5 * MINUTE_MS;
const BEST = candidatesFor('auto')[0]!.name;

/** Two days at five minutes. */
const LENGTH = 576;

/** A wave of eight hours, on which a bump moves with the seed. */
function load(seed: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: LENGTH }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 96) + ((i * seed) % 7));
}

export function trainRequest(seed = 1, change: Partial<TrainRequest> = {}): TrainRequest {
  return {
    history: { startMs: 0, stepMs: STEP_MS, values: load(seed) },
    ignoreWindows: [],
    model: 'auto',
    seasonalityMs: 'auto',
    horizonSteps: HOUR_MS / STEP_MS,
    levels: DEFAULT_LEVELS,
    settings: { quantile: 0.9, leadTimeMs: 10 * MINUTE_MS, targetPerReplica: 1, maxReplicaCount: Infinity },
    ...change,
  };
}

/** Keeps what a trainer tells. */
export class KeptTraining implements TrainerMetrics {
  fits: { readonly queued: number; readonly running: number } = { queued: 0, running: 0 };
  mostQueued = 0;
  mostRunning = 0;
  readonly seconds: number[] = [];
  failures = 0;

  setFits(fits: { readonly queued: number; readonly running: number }): void {
    this.fits = fits;
    this.mostQueued = Math.max(this.mostQueued, fits.queued);
    this.mostRunning = Math.max(this.mostRunning, fits.running);
  }

  observeFit(seconds: number): void {
    this.seconds.push(seconds);
  }

  countFitFailure(): void {
    this.failures++;
  }
}

/** What every trainer promises, wherever it has its jobs done. `open` returns an executor of size 1 each time. */
export function describeTrainer(name: string, open: () => Executor): void {
  describe(`${name} keeps the contract of a trainer`, () => {
    let trainer: QueuedTrainer;
    let metrics: KeptTraining;
    beforeEach(() => {
      metrics = new KeptTraining();
      // A second passes each time it is looked at.
      let nowMs = 0;
      trainer = new QueuedTrainer({ executor: open(), metrics, timer: () => (nowMs += 1_000) });
    });
    afterEach(() => trainer.close());

    const options = (change: Partial<JobOptions> = {}): JobOptions => ({
      priority: 'refit',
      signal: new AbortController().signal,
      ...change,
    });

    it('gives what the pure function gives, bit for bit', async () => {
      const result = await trainer.run('train', () => trainRequest(), options());
      expect(result).toEqual(train(trainRequest(), () => undefined));
      expect(result.model?.name).toBe(BEST);
    });

    it('gives a state from which the model goes on as if it had been fitted here', async () => {
      const fitOptions = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96] };
      const { history } = trainRequest();
      const request = { history, ignoreWindows: [], model: 'ridge', options: fitOptions };
      const restored = forecasterByName('ridge').restore(await trainer.run('fit', () => request, options()));
      const series = new Series(0, STEP_MS, load(1));
      const fitted = forecasterByName('ridge').fit(series, fitOptions);
      for (const value of [60, NaN, 70]) for (const model of [restored, fitted]) model.update(value);
      expect(restored.forecast()).toEqual(fitted.forecast());
    });

    it('goes on from what the model in use has learnt, as the pure function does, and leaves its state to the caller', async () => {
      const model = 'neural';
      await prepareForecaster(model);
      const fitOptions = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96] };
      const request = (): FitRequest => ({
        history: trainRequest().history,
        ignoreWindows: [],
        model,
        options: fitOptions,
      });
      const learn = learnWith({ cold: { earlySteps: 1, finalSteps: 1 }, warm: WARM_EFFORT });
      const previous = neuralWith(learn)
        .fit(new Series(0, STEP_MS, load(1)), fitOptions)
        .toJSON();
      const kept = structuredClone(previous);
      const state = await trainer.run('fit', () => ({ ...request(), previous }), options());
      expect(state).toMatchObject({ learnt: { warmStarts: 1 } });
      expect(state).toEqual(fit({ ...request(), previous }, () => undefined));
      expect(previous).toEqual(kept);
    });

    it('tells of each stage, in order', async () => {
      const stages: Stage[] = [];
      await trainer.run('train', () => trainRequest(), options({ onStage: (stage) => stages.push(stage) }));
      expect(stages).toEqual(['seasons', 'evidence', 'fit']);
    });

    it('does jobs of workloads without a model first, else in order of arrival, and asks for a request at its turn', async () => {
      const order: string[] = [];
      const job = (label: string, priority: JobOptions['priority']): Promise<unknown> => {
        const request = (): TrainRequest => {
          order.push(label);
          return trainRequest();
        };
        return trainer.run('train', request, options({ priority }));
      };
      const jobs = [job('a', 'refit'), job('b', 'refit'), job('c', 'first'), job('d', 'refit'), job('e', 'first')];
      expect(order).toEqual(['a']);
      await Promise.all(jobs);
      expect(order).toEqual(['a', 'c', 'e', 'b', 'd']);
      expect(metrics).toMatchObject({ mostQueued: 4, mostRunning: 1, fits: { queued: 0, running: 0 }, failures: 0 });
      expect(metrics.seconds).toEqual([1, 1, 1, 1, 1]);
    });

    it('does not begin a job whose signal is aborted', async () => {
      const reason = new Error('not needed');
      const never = (): TrainRequest => expect.fail('asked for');
      const signal = AbortSignal.abort(reason);
      await expect(trainer.run('train', never, options({ signal }))).rejects.toBe(reason);
    });

    it('takes a job that waits out of the queue when it is cancelled', async () => {
      const abort = new AbortController();
      const running = trainer.run('train', () => trainRequest(), options());
      const never = (): TrainRequest => expect.fail('asked for');
      const waiting = trainer.run('train', never, options({ signal: abort.signal }));
      const reason = new Error('removed');
      abort.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await running;
      expect(metrics.failures).toBe(0);
    });

    it('stops a running job when it is cancelled, and does the next', async () => {
      const abort = new AbortController();
      const reason = new Error('removed');
      const stages: Stage[] = [];
      const onStage = (stage: Stage): void => {
        stages.push(stage);
        abort.abort(reason);
      };
      const stopped = trainer.run('train', () => trainRequest(), options({ signal: abort.signal, onStage }));
      const next = trainer.run('train', () => trainRequest(2), options());
      await expect(stopped).rejects.toBe(reason);
      expect((await next).model?.name).toBe(BEST);
      expect(stages).toEqual(['seasons']);
      expect(metrics).toMatchObject({ failures: 0, seconds: [1] });
    });

    it('fails a job that cannot be done, with the reason, and no other', async () => {
      const impossible = trainer.run('train', () => trainRequest(1, { model: 'oracle' }), options());
      const next = trainer.run('train', () => trainRequest(), options());
      await expect(impossible).rejects.toThrow(/unknown model "oracle"; expected one of/);
      expect((await next).model?.name).toBe(BEST);
      expect(metrics).toMatchObject({ failures: 1, seconds: [1] });
    });

    it('fails a job whose request cannot be made', async () => {
      const broken = (): TrainRequest => {
        throw new RangeError('no history');
      };
      const job = trainer.run('train', broken, options());
      await expect(job).rejects.toThrow(TrainingError);
      await expect(job).rejects.toThrow('no history');
    });

    it('ends all jobs when closed, and takes no more', async () => {
      const jobs = [1, 2, 3].map((seed) => trainer.run('train', () => trainRequest(seed), options()));
      const outcomes = Promise.allSettled(jobs);
      await trainer.close();
      const reasons = (await outcomes).map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : ''));
      expect(reasons.slice(1)).toEqual(Array(2).fill('TrainingError: the trainer is closed'));
      await expect(trainer.run('train', () => trainRequest(), options())).rejects.toThrow('the trainer is closed');
      expect(metrics.fits).toEqual({ queued: 0, running: 0 });
    });

    it('may be closed twice, and before it has done anything', async () => {
      await trainer.close();
      await trainer.close();
    });
  });
}
