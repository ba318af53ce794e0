import { describe, expect, it } from 'vitest';
import { resolveBehavior, resolveTolerance } from '../../../src/simulate/hpa/behavior.js';
import { decisions, replicas, times } from './run.js';

const atOnce = { stabilizationWindowS: 0 };

describe('the defaults of spec.behavior', () => {
  it('are four pods or 100 % per 15 s up, 100 % per 15 s and the window of the controller down', () => {
    expect(resolveBehavior({}, 300)).toEqual({
      scaleUp: {
        selectPolicy: 'Max',
        stabilizationWindowS: 0,
        policies: [
          { type: 'Pods', value: 4, periodS: 15 },
          { type: 'Percent', value: 100, periodS: 15 },
        ],
      },
      scaleDown: {
        selectPolicy: 'Max',
        stabilizationWindowS: 300,
        policies: [{ type: 'Percent', value: 100, periodS: 15 }],
      },
    });
  });

  it('fill in what is left out: a list of policies replaces the whole default list', () => {
    const policies = [{ type: 'Pods', value: 1, periodS: 60 }] as const;
    const { scaleUp, scaleDown } = resolveBehavior({ scaleUp: { policies } }, 120);
    expect(scaleUp).toEqual({ selectPolicy: 'Max', stabilizationWindowS: 0, policies });
    expect(scaleDown.stabilizationWindowS).toBe(120);
  });

  it('take the tolerance of the controller where the HPA has none', () => {
    expect(resolveTolerance({ scaleUp: { tolerance: 0.02 } }, 0.1)).toEqual({ scaleUp: 0.02, scaleDown: 0.1 });
    expect(resolveTolerance(null)).toEqual({ scaleUp: 0.1, scaleDown: 0.1 });
  });

  it('allow more than an HPA without spec.behavior: max(1 + 4, 1 * 2) = 5, then 10, 20, 40', () => {
    expect(replicas({ start: 1, behavior: {} }, times(5, 50))).toEqual([5, 10, 20, 40, 50]);
  });

  it('leave a recommendation exactly 300 s old outside the window', () => {
    // Found 10 at 0 s, asks for 2 from then on: at 285 s the 10 is 285 s old, at 300 s it is outside.
    const result = replicas({ start: 10, behavior: {} }, times(21, 2));
    expect(result.slice(19)).toEqual([10, 2]);
  });
});

describe('stabilisation windows', () => {
  it('take the minimum upward: a peak shorter than the window is not followed', () => {
    const behavior = { scaleUp: { stabilizationWindowS: 60 } };
    // 60 s are the last four syncs: the 5 found at 0 s counts until 45 s. Then min(9, 9, 9, 9).
    expect(replicas({ start: 5, behavior }, [5, 9, 9, 9, 9])).toEqual([5, 5, 5, 5, 9]);
    expect(replicas({ start: 5, behavior }, [5, 9, 9, 5, 5])).toEqual([5, 5, 5, 5, 5]);
  });

  it('take the lowest of the window upward, not its start', () => {
    const behavior = { scaleUp: { stabilizationWindowS: 45 } };
    // At 60 s the last 45 s hold 8 (at 30 s), 7 (at 45 s) and 9: the lowest is 7.
    expect(replicas({ start: 5, behavior }, [5, 8, 8, 7, 9]).at(-1)).toBe(7);
  });

  it('take the maximum downward', () => {
    const behavior = { scaleDown: { stabilizationWindowS: 60 } };
    // At 60 s the last 60 s hold 6 (at 15 s), 4, 4 and 3; at 75 s only 4, 4, 3 and 3.
    expect(replicas({ start: 8, behavior }, [8, 6, 4, 4, 3, 3])).toEqual([8, 8, 8, 8, 6, 4]);
  });

  it('keep the present replicas when they lie between the two', () => {
    const behavior = { scaleUp: { stabilizationWindowS: 60 }, scaleDown: { stabilizationWindowS: 60 } };
    // Up: min(5, 3, 9) = 3; down: max(5, 3, 9) = 9; 5 lies between.
    expect(replicas({ start: 5, behavior }, [5, 3, 9])).toEqual([5, 5, 5]);
  });
});

describe('scale-up policies', () => {
  it('count per period, not per sync', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 4, periodS: 60 }] } } as const;
    // 10 + 4 = 14. Until 60 s: 14 - 4 added + 4 = 14. At 60 s the change is one period ago: 14 + 4.
    expect(replicas({ start: 10, behavior }, times(9, 50))).toEqual([14, 14, 14, 14, 18, 18, 18, 18, 22]);
  });

  it('give back, within the period, what was removed in it', () => {
    const behavior = {
      scaleUp: { policies: [{ type: 'Pods', value: 2, periodS: 60 }] },
      scaleDown: atOnce,
    } as const;
    // 10 -> 6 at 0 s. At 15 s the period began with 6 + 4 removed = 10, so 12 is the limit: 6 -> 11 in one go.
    expect(replicas({ start: 10, behavior }, [6, 11])).toEqual([6, 11]);
  });

  it('round a percentage up, so that a small target can grow', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Percent', value: 10, periodS: 15 }] } } as const;
    // 3 * 1.1 = 3.3 -> 4; 4.4 -> 5; 5.5 -> 6.
    expect(replicas({ start: 3, behavior }, times(3, 50))).toEqual([4, 5, 6]);
  });

  it('round as binary fractions do: 100 * 1.1 is 110.00000000000001, hence 111', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Percent', value: 10, periodS: 15 }] } } as const;
    expect(replicas({ start: 100, behavior, bounds: { min: 1, max: 500 } }, [400])).toEqual([111]);
  });

  it.each([
    ['Max: max(10 + 4, 10 * 1.2 = 12)', 'Max', 14],
    ['Min: min(10 + 4, 10 * 1.2 = 12)', 'Min', 12],
    ['Disabled: none', 'Disabled', 10],
  ] as const)('are selected: %s', (_sentence, selectPolicy, expected) => {
    const policies = [
      { type: 'Pods', value: 4, periodS: 15 },
      { type: 'Percent', value: 20, periodS: 15 },
    ] as const;
    expect(decisions({ start: 10, behavior: { scaleUp: { selectPolicy, policies } } }, [50])).toEqual([
      { replicas: expected, outcome: 'ScaleUpLimit' },
    ]);
  });

  it('of different periods each count their own', () => {
    const policies = [
      { type: 'Pods', value: 4, periodS: 15 },
      { type: 'Pods', value: 6, periodS: 60 },
    ] as const;
    const behavior = { scaleUp: { selectPolicy: 'Min', policies } } as const;
    // 10 -> 14 (min(14, 16)). At 15 s: min(14 + 4, (14 - 4) + 6 = 16) = 16. At 30 s: min(20, (16 - 6) + 6 = 16).
    // At 60 s the 4 of 0 s are out: min(20, (16 - 2) + 6 = 20). At 75 s: the 2 are out too, 4 are in: min(24, 20 - 4 + 6 = 22).
    expect(replicas({ start: 10, behavior }, times(6, 50))).toEqual([14, 16, 16, 16, 20, 22]);
  });

  it('do not take back what an earlier, larger limit allowed', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 2, periodS: 60 }] } } as const;
    // From below the minimum straight to 8, which counts as 7 added. At 15 s: 8 - 7 + 2 = 3, but never below 8.
    expect(replicas({ start: 1, behavior, bounds: { min: 8, max: 50 } }, [20, 20])).toEqual([8, 8]);
  });

  it('of percentages from 0 replicas allow none', () => {
    const behavior = {
      scaleUp: { policies: [{ type: 'Percent', value: 100, periodS: 15 }] },
      scaleDown: atOnce,
    } as const;
    expect(replicas({ start: 1, behavior, bounds: { min: 0, max: 9 } }, [0, 5, 5])).toEqual([0, 0, 0]);
  });

  it('end at the maximum', () => {
    expect(decisions({ start: 8, behavior: {}, bounds: { min: 1, max: 12 } }, [50])).toEqual([
      { replicas: 12, outcome: 'TooManyReplicas' },
    ]);
  });
});

describe('scale-down policies', () => {
  it('count per period, not per sync', () => {
    const policies = [{ type: 'Pods', value: 3, periodS: 45 }] as const;
    // 20 - 3 = 17. Until 45 s: 17 + 3 removed - 3 = 17. At 45 s the change is one period ago: 14.
    expect(replicas({ start: 20, behavior: { scaleDown: { ...atOnce, policies } } }, times(7, 1))).toEqual([
      17, 17, 17, 14, 14, 14, 11,
    ]);
  });

  it('round a percentage down, so that a small target can shrink', () => {
    const policies = [{ type: 'Percent', value: 10, periodS: 15 }] as const;
    // 3 * 0.9 = 2.7 -> 2; 1.8 -> 1.
    expect(replicas({ start: 3, behavior: { scaleDown: { ...atOnce, policies } } }, times(2, 1))).toEqual([2, 1]);
  });

  it.each([
    ['Max: min(10 - 4, 10 * 0.8 = 8)', 'Max', 6],
    ['Min: max(10 - 4, 10 * 0.8 = 8)', 'Min', 8],
    ['Disabled: none', 'Disabled', 10],
  ] as const)('are selected: %s', (_sentence, selectPolicy, expected) => {
    const policies = [
      { type: 'Pods', value: 4, periodS: 60 },
      { type: 'Percent', value: 20, periodS: 60 },
    ] as const;
    expect(decisions({ start: 10, behavior: { scaleDown: { ...atOnce, selectPolicy, policies } } }, [1])).toEqual([
      { replicas: expected, outcome: 'ScaleDownLimit' },
    ]);
  });

  it('count from what the period began with, less what was added in it', () => {
    const policies = [{ type: 'Percent', value: 50, periodS: 60 }] as const;
    // 10 -> 14 at 0 s. At 15 s the period began with 14 - 4 = 10, of which half may go: the limit is 5.
    expect(replicas({ start: 10, behavior: { scaleDown: { ...atOnce, policies } } }, [14, 1])).toEqual([14, 5]);
  });

  it('end at the minimum', () => {
    expect(decisions({ start: 8, behavior: { scaleDown: atOnce }, bounds: { min: 3, max: 12 } }, [1])).toEqual([
      { replicas: 3, outcome: 'TooFewReplicas' },
    ]);
  });

  it('come after the window: what the window allows is then limited', () => {
    const behavior = {
      scaleDown: { stabilizationWindowS: 30, policies: [{ type: 'Pods', value: 2, periodS: 15 }] },
    } as const;
    // The 10 found at 0 s is outside at 30 s; then 2 per sync: 8, 6, 4.
    expect(replicas({ start: 10, behavior }, times(5, 4))).toEqual([10, 10, 8, 6, 4]);
  });
});
