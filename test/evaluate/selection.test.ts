import { describe, expect, it } from 'vitest';
import { marginOf } from '../../src/core/model-selection.js';
import { selectModel, type Trial } from '../../src/evaluate/selection.js';

const ORIGINS = 60;

/** A model that loses so much at each origin: a number, or one by origin. */
function lost(model: string, loss: number | ((origin: number) => number)): Trial {
  const served = Array.from({ length: ORIGINS }, (_, i) => (typeof loss === 'number' ? loss : loss(i)));
  return { model, losses: { served, observed: served.map(() => 100) } };
}

const untried = (model: string): Trial => ({ model, losses: null });
const RIDGE = lost('ridge', 10);

describe('selectModel', () => {
  it.each<[string, Trial[], string | null, string]>([
    ['the most trusted where it lost least', [RIDGE, lost('last-value', 12)], null, 'ridge'],
    [
      'the most trusted where the other was better by less than the margin',
      [RIDGE, lost('last-value', 9.6)],
      null,
      'ridge',
    ],
    ['the other where it was better by more', [RIDGE, lost('last-value', 9.4)], null, 'last-value'],
    ['the one in use where it was better by anything', [RIDGE, lost('last-value', 9.99)], 'last-value', 'last-value'],
    ['the most trusted where the one in use was no better', [RIDGE, lost('last-value', 10)], 'last-value', 'ridge'],
    [
      'the most trusted where the difference may be chance',
      // 1 better on average; the differences are 10 and -8 in turn, so that their standard error is 9.08 / sqrt(60) = 1.17.
      [RIDGE, lost('last-value', (i) => (i % 2 === 0 ? 0 : 18))],
      null,
      'ridge',
    ],
    [
      'the most trusted where the other was better, but not lately',
      [RIDGE, lost('last-value', (i) => (i < 40 ? 2 : 11))],
      null,
      'ridge',
    ],
    [
      'the most trusted again where the one in use was better, but not lately',
      [RIDGE, lost('last-value', (i) => (i < 40 ? 2 : 11))],
      'last-value',
      'ridge',
    ],
    ['the only one that could be tried', [untried('ridge'), lost('last-value', 50)], null, 'last-value'],
    ['the most trusted where none could be tried', [untried('ridge'), untried('last-value')], 'last-value', 'ridge'],
    ['as if none were in use where that one could not be tried', [RIDGE, untried('last-value')], 'last-value', 'ridge'],
    ['as if none were in use where that one is no candidate', [RIDGE, lost('last-value', 9.9)], 'profile', 'ridge'],
    [
      'a third one where it beats the one in use by the margin',
      [RIDGE, lost('last-value', 9), lost('random-walk', 5)],
      'last-value',
      'random-walk',
    ],
    [
      'the one in use where the third one does not',
      [RIDGE, lost('last-value', 9), lost('random-walk', 8.8)],
      'last-value',
      'last-value',
    ],
    ['the most trusted where nothing was lost by anyone', [lost('ridge', 0), lost('last-value', 0)], null, 'ridge'],
  ])('chooses %s', (_, trials, incumbent, expected) => {
    expect(selectModel(trials, incumbent).model).toBe(expected);
  });

  it('says how the chosen one and the next best did, and what the evidence is', () => {
    const trials = [RIDGE, lost('last-value', 8), lost('random-walk', 12)];
    expect(selectModel(trials, null)).toEqual({
      model: 'last-value',
      evidence: { origins: ORIGINS, servedLoss: 8, observedLoss: 100 },
      selection: { origins: ORIGINS, loss: 8, runnerUp: { model: 'ridge', loss: 10 } },
    });
  });

  it('has no runner-up where one was tried alone, and no reasons where none was', () => {
    expect(selectModel([RIDGE], null).selection).toEqual({ origins: ORIGINS, loss: 10, runnerUp: null });
    expect(selectModel([untried('ridge')], null)).toEqual({ model: 'ridge', evidence: null, selection: null });
  });
});

describe('marginOf', () => {
  it.each<[string, number, number | null, number | null]>([
    ['a runner-up that lost a quarter more', 8, 10, 0.25],
    ['one that lost less, where the model in use was kept', 10, 9, -0.1],
    ['a loss of nothing', 0, 1, Infinity],
    ['two of nothing', 0, 0, 0],
    ['no runner-up', 8, null, null],
  ])('of %s', (_, loss, other, expected) => {
    const runnerUp = other === null ? null : { model: 'last-value', loss: other };
    const margin = marginOf({ origins: 20, loss, runnerUp });
    if (expected === null) expect(margin).toBeNull();
    else expect(margin).toBeCloseTo(expected, 12);
  });
});
