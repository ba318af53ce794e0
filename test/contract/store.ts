import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import { Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import type { ModelRecord, Store } from '../../src/core/store.js';
import { decisionOf, forecast as anyForecast, modelRecord, seriesOf } from '../store/arbitraries.js';
import { decisionAt, forecastFrom, ID, series, STEP } from '../store/examples.js';

const PRINT = 'prometheus | sum(rate(http_requests_total[2m])) | 2m';
const T0 = 1_767_225_600_000; // 2026-01-01T00:00:00Z
const ALL = { fromMs: -Infinity, toMs: Infinity };

const MODEL: ModelRecord = {
  model: 'ridge',
  fittedAtMs: T0,
  seasonSteps: [720, 5_040],
  settings: '{}',
  state: { version: 1, weights: [0.1, -0, 5e-324, 1e308] },
  evidence: { origins: 12, servedLoss: 1.5, observedLoss: 2.5 },
};

/** What every {@link Store} promises. `open` returns an empty one each time. */
export function describeStore(name: string, open: () => Store): void {
  describe(`${name} keeps the contract of a store`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
    });
    afterEach(async () => {
      await store.close();
    });

    const samplesOf = async (fingerprint = PRINT): Promise<[number, number[]] | null> => {
      const stored = await store.load(ID, fingerprint, STEP);
      return stored && [stored.samples.startMs, [...stored.samples.values]];
    };

    describe('load', () => {
      it('knows nothing of a workload that was never recorded', async () => {
        expect(await store.load(ID, PRINT, STEP)).toBeNull();
      });

      it('returns everything of one update', async () => {
        const forecast = forecastFrom(T0);
        const decision = decisionAt(T0);
        const samples = series(T0, 1, NaN, 3);
        await store.record({ workloadId: ID, fingerprint: PRINT, samples, model: MODEL, forecast, decision });
        const stored = await store.load(ID, PRINT, STEP);
        expect(stored).toStrictEqual({ samples, model: MODEL, forecast, lastDecision: decision });
      });

      it('has an empty series, no model and no forecast for a workload of which only a decision is stored', async () => {
        await store.record({ workloadId: ID, fingerprint: PRINT, decision: decisionAt(T0) });
        const stored = await store.load(ID, PRINT, STEP);
        expect(stored?.samples.length).toBe(0);
        expect(stored?.samples.stepMs).toBe(STEP);
        expect(stored).toMatchObject({ model: null, forecast: null, lastDecision: { atMs: T0 } });
      });

      it.each([
        ['another fingerprint', 'other', STEP],
        ['another step', PRINT, STEP * 2],
      ])('knows nothing under %s', async (_, fingerprint, stepMs) => {
        await store.record({ workloadId: ID, fingerprint: PRINT, samples: series(T0, 1) });
        expect(await store.load(ID, fingerprint, stepMs)).toBeNull();
      });

      it('keeps workloads apart, whatever their names look like', async () => {
        const names = ['a/b/c', 'A/b/c', "a/b/c'; DROP TABLE workloads; --", 'ä/ß/語', 'a/b/%'];
        for (const [i, workloadId] of names.entries()) {
          const decision = decisionAt(T0, i, workloadId);
          await store.record({ workloadId, fingerprint: PRINT, samples: series(T0, i), decision });
        }
        for (const [i, workloadId] of names.entries()) {
          const stored = await store.load(workloadId, PRINT, STEP);
          expect([...stored!.samples.values]).toEqual([i]);
          expect(stored?.lastDecision?.value).toBe(i);
        }
      });
    });

    describe('samples', () => {
      it.each<[string, Series[], [number, number[]]]>([
        ['follow each other', [series(T0, 1), series(T0 + STEP, 2)], [T0, [1, 2]]],
        ['may come in any order', [series(T0 + STEP, 2), series(T0, 1)], [T0, [1, 2]]],
        ['leave a gap where none were recorded', [series(T0, 1), series(T0 + 3 * STEP, 4)], [T0, [1, NaN, NaN, 4]]],
        ['are corrected by later ones', [series(T0, 1, 2, 3), series(T0 + STEP, 20)], [T0, [1, 20, 3]]],
        ['survive a later gap', [series(T0, 1, 2, 3), series(T0, NaN, NaN, 30)], [T0, [1, 2, 30]]],
        ['fill an earlier gap', [series(T0, 1, NaN, 3), series(T0 + STEP, 2)], [T0, [1, 2, 3]]],
        ['begin and end with a known one', [series(T0, NaN, 1, NaN)], [T0 + STEP, [1]]],
        ['may lie before 1970', [series(-2 * STEP, 1, 2, 3)], [-2 * STEP, [1, 2, 3]]],
      ])('%s', async (_, updates, expected) => {
        for (const samples of updates) await store.record({ workloadId: ID, fingerprint: PRINT, samples });
        expect(await samplesOf()).toStrictEqual(expected);
      });

      it.each([
        ['without any point', new Series(T0 + 1, STEP, new Float64Array(0))],
        ['of gaps alone', series(T0, NaN, NaN)],
      ])('%s leave an empty series', async (_, samples) => {
        await store.record({ workloadId: ID, fingerprint: PRINT, samples });
        expect((await samplesOf())?.[1]).toEqual([]);
      });

      it('equal a plain map from time to value after any sequence of updates and prunings', async () => {
        const step = fc.oneof(
          { weight: 4, arbitrary: seriesOf(STEP) },
          { weight: 1, arbitrary: fc.integer({ min: -1_500, max: 1_500 }).map((index) => index * STEP + 1) },
        );
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(), async (steps, run) => {
            const fingerprint = `run ${run}`;
            const known = new Map<number, number>();
            await store.record({ workloadId: ID, fingerprint, forecast: forecastFrom(T0) });
            for (const samples of steps) {
              if (typeof samples === 'number') {
                await store.prune({
                  samplesBeforeMs: samples,
                  forecastsBeforeMs: -Infinity,
                  decisionsBeforeMs: -Infinity,
                });
                for (const time of known.keys()) if (time < samples) known.delete(time);
              } else {
                await store.record({ workloadId: ID, fingerprint, samples });
                samples.values.forEach((value, i) => {
                  if (!Number.isNaN(value)) known.set(samples.timeAt(i), value);
                });
              }
            }
            const stored = (await store.load(ID, fingerprint, STEP))!.samples;
            const times = [...known.keys()].sort((a, b) => a - b);
            expect(stored.length === 0 ? [] : [stored.startMs, stored.lastMs]).toStrictEqual(
              times.length === 0 ? [] : [times[0], times.at(-1)],
            );
            for (let i = 0; i < stored.length; i++) {
              expect(stored.values[i]).toBe(known.get(stored.timeAt(i)) ?? NaN);
            }
            await store.record({ workloadId: ID, fingerprint: 'start anew', model: MODEL });
          }),
          { numRuns: 40 },
        );
      });
    });

    describe('numbers and texts come back exactly', () => {
      it('in decisions', async () => {
        await fc.assert(
          fc.asyncProperty(fc.uuid().chain(decisionOf), async (decision) => {
            const { workloadId } = decision;
            await store.record({ workloadId, fingerprint: PRINT, decision });
            expect(await store.decisionAt(workloadId, decision.atMs)).toStrictEqual(decision);
            expect(await store.decisions(workloadId, ALL, 1)).toStrictEqual([decision]);
            expect((await store.load(workloadId, PRINT, STEP))?.lastDecision).toStrictEqual(decision);
          }),
          { numRuns: 200 },
        );
      });

      it('in forecasts', async () => {
        await fc.assert(
          fc.asyncProperty(anyForecast, async (forecast) => {
            await store.record({ workloadId: ID, fingerprint: PRINT, forecast });
            expect(await store.forecastAt(ID, forecast.originMs)).toStrictEqual(forecast);
          }),
        );
      });

      it('in models', async () => {
        await fc.assert(
          fc.asyncProperty(modelRecord, async (model) => {
            await store.record({ workloadId: ID, fingerprint: PRINT, model });
            expect((await store.load(ID, PRINT, STEP))?.model).toStrictEqual(model);
          }),
        );
      });
    });

    describe('forecasts', () => {
      it.each([
        ['nothing before the first origin', T0 - 1, null],
        ['the forecast of exactly this origin', T0, 1],
        ['the last one before', T0 + STEP + 1, 2],
        ['the newest after all', T0 + 99 * STEP, 3],
      ])('at a time are %s', async (_, atMs, expected) => {
        for (const [i, originMs] of [T0 + 2 * STEP, T0, T0 + STEP].entries()) {
          await store.record({ workloadId: ID, fingerprint: PRINT, forecast: forecastFrom(originMs, [3, 1, 2][i]) });
        }
        expect((await store.forecastAt(ID, atMs))?.values[0]![0] ?? null).toBe(expected);
        expect((await store.load(ID, PRINT, STEP))?.forecast?.originMs).toBe(T0 + 2 * STEP);
      });

      it('of the same origin replace each other', async () => {
        await store.record({ workloadId: ID, fingerprint: PRINT, forecast: forecastFrom(T0, 1) });
        await store.record({ workloadId: ID, fingerprint: PRINT, forecast: forecastFrom(T0, 2) });
        expect(await store.forecastAt(ID, T0)).toStrictEqual(forecastFrom(T0, 2));
      });

      it('of an unknown workload are none', async () => {
        expect(await store.forecastAt('no/such/workload', T0)).toBeNull();
      });
    });

    describe('the ledger of decisions', () => {
      const times = [0, 1, 2, 3, 4].map((i) => T0 + i * 30_000);
      beforeEach(async () => {
        for (const [i, atMs] of times.entries()) {
          await store.record({ workloadId: ID, fingerprint: PRINT, decision: decisionAt(atMs, i) });
        }
      });

      it.each([
        ['everything, in time order', ALL, 10, [0, 1, 2, 3, 4]],
        ['the newest of a limit', ALL, 2, [3, 4]],
        ['all of them for an infinite limit', ALL, Infinity, [0, 1, 2, 3, 4]],
        ['nothing for a limit of zero', ALL, 0, []],
        ['the start of a range but not its end', { fromMs: times[1]!, toMs: times[3]! }, 10, [1, 2]],
        ['the newest of the range, not of the ledger', { fromMs: times[0]!, toMs: times[3]! }, 1, [2]],
        ['nothing between two decisions', { fromMs: times[1]! + 1, toMs: times[2]! }, 10, []],
      ])('has %s', async (_, range, limit, expected) => {
        const found = await store.decisions(ID, range, limit);
        expect(found.map(({ value }) => value)).toEqual(expected);
      });

      it.each([-1, 1.5, NaN])('refuses a limit of %d', async (limit) => {
        await expect(store.decisions(ID, ALL, limit)).rejects.toThrow(StoreError);
      });

      it.each([
        ['no decision before the first', T0 - 1, undefined],
        ['the decision made at exactly this time', times[2]!, 2],
        ['the last one before', times[3]! - 1, 2],
        ['the newest after all', T0 + 1e9, 4],
      ])('has in force %s', async (_, atMs, expected) => {
        expect((await store.decisionAt(ID, atMs))?.value).toBe(expected);
      });

      it('is empty for an unknown workload', async () => {
        expect(await store.decisions('no/such/workload', ALL, 10)).toEqual([]);
        expect(await store.decisionAt('no/such/workload', T0)).toBeNull();
      });

      it('keeps time order when a decision comes late', async () => {
        const late = decisionAt(times[0]! - 1, 99);
        await store.record({ workloadId: ID, fingerprint: PRINT, decision: late });
        expect((await store.decisions(ID, ALL, 10)).map(({ value }) => value)).toEqual([99, 0, 1, 2, 3, 4]);
        expect((await store.load(ID, PRINT, STEP))?.lastDecision?.value).toBe(4);
      });

      it('takes the same decision twice as one', async () => {
        await store.record({ workloadId: ID, fingerprint: PRINT, decision: decisionAt(times[4]!, 4) });
        expect(await store.decisions(ID, ALL, 10)).toHaveLength(5);
      });

      it('refuses another decision for the same time, with all that came with it', async () => {
        const update = { workloadId: ID, fingerprint: PRINT, samples: series(T0, 7), model: MODEL };
        const conflict = store.record({ ...update, decision: decisionAt(times[2]!, 77) });
        await expect(conflict).rejects.toThrow(/never replaced/);
        expect(await store.load(ID, PRINT, STEP)).toMatchObject({ model: null, samples: { length: 0 } });
        expect((await store.decisionAt(ID, times[2]!))?.value).toBe(2);
      });
    });

    describe('another fingerprint', () => {
      beforeEach(async () => {
        const update = {
          samples: series(T0, 1),
          model: MODEL,
          forecast: forecastFrom(T0),
          decision: decisionAt(T0, 1),
        };
        await store.record({ workloadId: ID, fingerprint: 'old', ...update });
      });

      it('drops samples, model and forecasts', async () => {
        await store.record({ workloadId: ID, fingerprint: 'new', samples: series(T0 + STEP, 2) });
        expect(await samplesOf('new')).toEqual([T0 + STEP, [2]]);
        expect(await store.load(ID, 'new', STEP)).toMatchObject({ model: null, forecast: null });
        expect(await store.forecastAt(ID, T0)).toBeNull();
        expect(await store.load(ID, 'old', STEP)).toBeNull();
      });

      it('keeps the ledger, but continues from no decision about something else', async () => {
        await store.record({ workloadId: ID, fingerprint: 'new', samples: series(T0, 2) });
        expect(await store.decisionAt(ID, T0)).toStrictEqual(decisionAt(T0, 1));
        expect((await store.load(ID, 'new', STEP))?.lastDecision).toBeNull();
        await store.record({ workloadId: ID, fingerprint: 'new', decision: decisionAt(T0 + 1, 2) });
        expect((await store.load(ID, 'new', STEP))?.lastDecision?.value).toBe(2);
        expect(await store.decisions(ID, ALL, 10)).toHaveLength(2);
      });

      it('may come with another step', async () => {
        const samples = new Series(T0, 15_000, Float64Array.of(5, 6));
        await store.record({ workloadId: ID, fingerprint: 'new', samples });
        expect((await store.load(ID, 'new', 15_000))?.samples).toStrictEqual(samples);
      });

      it('drops nothing when the update is refused', async () => {
        const conflict = store.record({ workloadId: ID, fingerprint: 'new', decision: decisionAt(T0, 77) });
        await expect(conflict).rejects.toThrow(StoreError);
        expect(await samplesOf('old')).toEqual([T0, [1]]);
      });
    });

    describe('refuses, and stores nothing of', () => {
      it.each<[string, Partial<Parameters<Store['record']>[0]>, RegExp]>([
        [
          'a NaN in a decision',
          { decision: { ...decisionAt(T0), value: NaN } },
          /decision of shop\/checkout\/\S+\.value is NaN/,
        ],
        [
          'an infinity in a model',
          { model: { ...MODEL, state: { a: [1, Infinity] } } },
          /model of shop\/checkout\/\S+\.state\.a\[1\] is Inf/,
        ],
        ['a typed array in a model', { model: { ...MODEL, state: new Float64Array(1) } }, /a Float64Array/],
        ['a decision of another workload', { decision: decisionAt(T0, 1, 'a/b/c') }, /carries a decision of "a\/b\/c"/],
        ['samples off the grid', { samples: series(T0 + 1, 1) }, /multiple of the step/],
        ['a step in fractions', { samples: new Series(0, 0.5, Float64Array.of(1)) }, /whole milliseconds/],
        ['a name with NUL', { workloadId: 'a\0b' }, /"a\\u0000b"; expected text without control/],
        ['an empty name', { workloadId: '' }, /workload id is ""/],
      ])('%s', async (_, update, message) => {
        await store.record({ workloadId: ID, fingerprint: PRINT, decision: decisionAt(T0 - 1, 5) });
        const refused = store.record({ workloadId: ID, fingerprint: PRINT, forecast: forecastFrom(T0), ...update });
        await expect(refused).rejects.toThrow(StoreError);
        await expect(refused).rejects.toThrow(message);
        expect(await store.load(ID, PRINT, STEP)).toMatchObject({
          model: null,
          forecast: null,
          samples: { length: 0 },
        });
        expect(await store.decisions(ID, ALL, 10)).toHaveLength(1);
      });

      it('samples of a second step under one fingerprint', async () => {
        await store.record({ workloadId: ID, fingerprint: PRINT, samples: series(T0, 1) });
        const samples = new Series(T0, 60_000, Float64Array.of(1));
        await expect(store.record({ workloadId: ID, fingerprint: PRINT, samples })).rejects.toThrow(
          /step of 60000 ms, the stored ones 120000 ms/,
        );
        expect(await samplesOf()).toEqual([T0, [1]]);
      });
    });

    it('is untouched by what the caller does to its arrays later', async () => {
      const values = Float64Array.of(1, 2);
      const row = Float64Array.of(3, 4);
      const state = { weights: [5] };
      await store.record({
        workloadId: ID,
        fingerprint: PRINT,
        samples: new Series(T0, STEP, values),
        forecast: new Forecast({ model: 'm', originMs: T0, stepMs: STEP, levels: [0.5], values: [row] }),
        model: { ...MODEL, state },
      });
      values.fill(0);
      row.fill(0);
      state.weights[0] = 0;
      const stored = await store.load(ID, PRINT, STEP);
      expect([...stored!.samples.values]).toEqual([1, 2]);
      expect([...stored!.forecast!.values[0]!]).toEqual([3, 4]);
      expect(stored?.model?.state).toEqual({ weights: [5] });
    });

    describe('prune', () => {
      beforeEach(async () => {
        for (let i = 0; i < 4; i++) {
          const atMs = T0 + i * STEP;
          await store.record({
            workloadId: ID,
            fingerprint: PRINT,
            samples: series(atMs, i),
            model: MODEL,
            forecast: forecastFrom(atMs, i),
            decision: decisionAt(atMs, i),
          });
        }
      });

      it('drops each kind before its own time and keeps what is at it', async () => {
        await store.prune({
          samplesBeforeMs: T0 + STEP,
          forecastsBeforeMs: T0 + 2 * STEP,
          decisionsBeforeMs: T0 + 3 * STEP,
        });
        expect(await samplesOf()).toEqual([T0 + STEP, [1, 2, 3]]);
        expect(await store.forecastAt(ID, T0 + 2 * STEP - 1)).toBeNull();
        expect((await store.forecastAt(ID, T0 + 2 * STEP))?.originMs).toBe(T0 + 2 * STEP);
        expect((await store.decisions(ID, ALL, 10)).map(({ value }) => value)).toEqual([3]);
        expect((await store.load(ID, PRINT, STEP))?.model).toStrictEqual(MODEL);
      });

      it('drops nothing that is young enough', async () => {
        const before = await store.load(ID, PRINT, STEP);
        await store.prune({ samplesBeforeMs: T0, forecastsBeforeMs: T0, decisionsBeforeMs: T0 });
        expect(await store.load(ID, PRINT, STEP)).toStrictEqual(before);
        expect(await store.decisions(ID, ALL, 10)).toHaveLength(4);
      });

      it('forgets a workload of which nothing but a model is left', async () => {
        await store.prune({ samplesBeforeMs: Infinity, forecastsBeforeMs: Infinity, decisionsBeforeMs: Infinity });
        expect(await store.load(ID, PRINT, STEP)).toBeNull();
      });

      it('copes with far more than one batch', async () => {
        for (let i = 0; i < 700; i++) {
          await store.record({ workloadId: 'a/b/c', fingerprint: PRINT, decision: decisionAt(i, i, 'a/b/c') });
        }
        await store.prune({ samplesBeforeMs: 0, forecastsBeforeMs: 0, decisionsBeforeMs: 699 });
        expect((await store.decisions('a/b/c', ALL, Infinity)).map(({ value }) => value)).toEqual([699]);
      });
    });

    it('can be closed twice, and refuses everything afterwards', async () => {
      await store.close();
      await expect(store.close()).resolves.toBeUndefined();
      const calls = [
        store.load(ID, PRINT, STEP),
        store.record({ workloadId: ID, fingerprint: PRINT }),
        store.decisions(ID, ALL, 1),
        store.decisionAt(ID, T0),
        store.forecastAt(ID, T0),
        store.prune({ samplesBeforeMs: 0, forecastsBeforeMs: 0, decisionsBeforeMs: 0 }),
      ];
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'TC_STORE' } });
        expect(call).toHaveProperty('reason.message', expect.stringContaining('closed'));
      }
    });
  });
}
