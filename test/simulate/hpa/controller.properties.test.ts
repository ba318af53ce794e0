import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replicas } from './run.js';

const bounds = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 80 }))
  .map(([min, more]) => ({ min, max: min + more }));
const rules = fc.record(
  {
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    stabilizationWindowS: fc.constantFrom(0, 30, 300),
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods', 'Percent'),
        value: fc.integer({ min: 1, max: 120 }),
        periodS: fc.constantFrom(15, 60, 120),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);
const behavior = fc.record({ scaleUp: rules, scaleDown: rules }, { requiredKeys: [] });
const proposals = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 150 }) }, fc.constant(null)), {
  minLength: 1,
  maxLength: 60,
});

it('never asks for less than the minimum or more than the maximum, whatever it starts with', () => {
  fc.assert(
    fc.property(
      fc.option(behavior),
      bounds,
      fc.integer({ min: 1, max: 150 }),
      proposals,
      (rulesOrNot, range, start, asked) => {
        const run = { start, bounds: range, ...(rulesOrNot === null ? {} : { behavior: rulesOrNot }) };
        for (const n of replicas(run, asked)) {
          expect(n).toBeGreaterThanOrEqual(range.min);
          expect(n).toBeLessThanOrEqual(range.max);
        }
      },
    ),
  );
});

it('never scales down faster than a policy of so many pods per period', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.constantFrom(15, 30, 60), proposals, (value, periodS, asked) => {
      const policies = [{ type: 'Pods' as const, value, periodS }];
      const run = { start: 60, behavior: { scaleDown: { stabilizationWindowS: 0, policies } } };
      const after = replicas(run, asked);
      after.forEach((n, sync) => {
        // What was there a period ago; changes exactly so long ago had been made.
        const atStart = after[sync - periodS / 15] ?? 60;
        if (n < (after[sync - 1] ?? 60)) expect(n).toBeGreaterThanOrEqual(atStart - value);
      });
    }),
  );
});

it('never scales down below what was asked for within the window', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 60 }), (asked) => {
      const result = replicas({ start: 1, bounds: { min: 1, max: 100 } }, asked);
      result.forEach((n, i) => {
        const before = result[i - 1] ?? 1;
        // 300 s are 20 syncs, and the one exactly as old counts.
        const highest = Math.max(...asked.slice(Math.max(0, i - 20), i + 1));
        if (n < before) expect(n).toBeGreaterThanOrEqual(highest);
      });
    }),
  );
});

it('reaches what is asked for, if that stays the same for long enough', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (start, goal) => {
      // Doubling from 1 takes 6 syncs to 100; falling takes 21.
      expect(replicas({ start }, Array<number>(30).fill(goal)).at(-1)).toBe(goal);
    }),
  );
});

it('asks for at least as much when a failing metric answers again with more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      fc.nat({ max: 100 }),
      (start, one, other) => {
        const failing = replicas({ start }, [[one, null]])[0]!;
        const both = replicas({ start }, [[one, Math.max(other, start)]])[0]!;
        expect(both).toBeGreaterThanOrEqual(failing);
      },
    ),
  );
});
