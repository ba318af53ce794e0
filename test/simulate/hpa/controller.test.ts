import { describe, expect, it } from 'vitest';
import { DEFAULT_HPA, HpaController } from '../../../src/simulate/hpa/controller.js';
import { decisions, replicas, times } from './run.js';

describe('without spec.behavior', () => {
  it('goes to twice the replicas at each sync, and to 4 in any case', () => {
    // max(2 * 1, 4) = 4; then 8, 16, 32; then what is asked for.
    expect(replicas({ start: 1 }, times(5, 50))).toEqual([4, 8, 16, 32, 50]);
  });

  it('limits 100 to 6, then 12, then 24, then 48, then the maximum of 50', () => {
    const run = { start: 3, bounds: { min: 1, max: 50 } };
    expect(decisions(run, times(5, 100)).map(({ replicas: n, outcome }) => [n, outcome])).toEqual([
      [6, 'ScaleUpLimit'],
      [12, 'ScaleUpLimit'],
      [24, 'ScaleUpLimit'],
      [48, 'ScaleUpLimit'],
      [50, 'TooManyReplicas'],
    ]);
  });

  it('falls only to the highest recommendation of 300 s, including one exactly as old', () => {
    // 10 at 0 s, then 2. At 300 s the 10 is exactly as old as the window and counts; at 315 s it does not.
    const result = replicas({ start: 10 }, [10, ...times(21, 2)]);
    expect(result.slice(0, 21)).toEqual(times(21, 10));
    expect(result[21]).toBe(2);
  });

  it('counts the replicas it found as its first recommendation', () => {
    // Found 10 at 0 s and never asked for more than 2: 10 is held until 300 s all the same.
    const result = replicas({ start: 10 }, times(22, 2));
    expect(result[20]).toBe(10);
    expect(result[21]).toBe(2);
  });

  it('follows the maximum of the window down, step by step', () => {
    // 8 at 0 s, 6 at 15 s, then 3: 8 until 300 s, 6 until 315 s, then 3.
    expect(replicas({ start: 8 }, [8, 6, ...times(21, 3)]).slice(20)).toEqual([8, 6, 3]);
  });

  it('raises to an earlier, higher recommendation that a limit had cut', () => {
    // 100 at 0 s is limited to 4; 3 at 15 s: the 100 still counts, now limited to 8, and so on.
    expect(replicas({ start: 2 }, [100, 3, 3])).toEqual([4, 8, 16]);
  });

  it('falls by any amount at once, to the minimum', () => {
    expect(decisions({ start: 80, bounds: { min: 2, max: 100 } }, times(22, 0)).at(-1)).toEqual({
      replicas: 2,
      outcome: 'TooFewReplicas',
    });
  });
});

describe('out of bounds', () => {
  it.each([
    ['above the maximum it moves there without asking for metrics', 70, 50],
    ['below the minimum it moves there without asking for metrics', 3, 5],
  ])('%s', (_sentence, start, expected) => {
    const hpa = new HpaController(DEFAULT_HPA, { min: 5, max: 50 });
    const counts = { spec: start, status: start, ready: start, existing: start };
    const asked: string[] = [];
    const decision = hpa.sync(0, counts, () => {
      asked.push('metrics');
      return [20];
    });
    expect(decision).toEqual({ replicas: expected, outcome: 'OutOfBounds' });
    expect(asked).toEqual([]);
  });

  it.each([
    [1, 0],
    [-1, 5],
    [0, 0],
    [1.5, 3],
  ])('refuses the bounds %d to %d', (min, max) => {
    expect(() => new HpaController(DEFAULT_HPA, { min, max })).toThrow(`got ${min} to ${max}`);
  });
});

describe('failing metrics', () => {
  it('freeze an HPA that has no other', () => {
    expect(decisions({ start: 5 }, [null])).toEqual([{ replicas: 5, outcome: 'FailedComputeMetricsReplicas' }]);
  });

  it('block scaling down, for as long as they fail', () => {
    // From 315 s on the window would allow 3.
    const failing = Array<readonly (number | null)[]>(30).fill([3, null]);
    expect(replicas({ start: 5 }, failing)).toEqual(times(30, 5));
  });

  it('do not block scaling up', () => {
    expect(replicas({ start: 5 }, [[7, null]])).toEqual([7]);
  });

  it('leave no recommendation: what was asked for before ages all the same', () => {
    // 5 at 0 s and 2 at 15 s; then nothing until 315 s, where only the 2 is left: max(2, 2).
    expect(replicas({ start: 5 }, [5, 2, ...times(19, null), 2]).at(-1)).toBe(2);
  });
});

describe('several metrics', () => {
  it('follow the highest', () => {
    expect(replicas({ start: 4 }, [[2, 6, 5]])).toEqual([6]);
  });

  it('fall only once the highest of them falls', () => {
    const run = { start: 4, behavior: { scaleDown: { stabilizationWindowS: 0 } } };
    expect(
      replicas(run, [
        [2, 4],
        [2, 3],
        [2, 1],
      ]),
    ).toEqual([4, 3, 2]);
  });
});

describe('zero replicas', () => {
  it('stay, when the minimum is above 0: scaling is disabled', () => {
    expect(decisions({ start: 0 }, [5])).toEqual([{ replicas: 0, outcome: 'ScalingDisabled' }]);
  });

  it('stay, when somebody else put them there, even with a minimum of 0', () => {
    expect(decisions({ start: 0, bounds: { min: 0, max: 10 } }, [5])).toEqual([
      { replicas: 0, outcome: 'ScalingDisabled' },
    ]);
  });

  it('are reached and left by an HPA with a minimum of 0', () => {
    // 1 is held for 300 s; at 315 s it goes to 0. From 0 at most max(2 * 0, 4) = 4, then 8.
    const run = { start: 1, bounds: { min: 0, max: 10 } };
    expect(replicas(run, [1, ...times(21, 0), 9, 9]).slice(20)).toEqual([1, 0, 4, 8]);
  });
});
