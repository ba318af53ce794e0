import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, DecisionInput } from '../../src/core/decision.js';
import { decide } from '../../src/scaling/decide.js';
import { anyInput } from './inputs.js';

describe('whatever the input', () => {
  const always = (property: (decision: Decision, input: DecisionInput) => void): void => {
    fc.assert(
      fc.property(anyInput, (input) => {
        property(decide('shop/web/s0', input), input);
      }),
      { numRuns: 500 },
    );
  };

  it('there is no value exactly when the state is stale, and then nothing else either', () => {
    always(({ state, value, active, origin }) => {
      expect(value === null).toBe(state === 'stale');
      expect(active === null).toBe(state === 'stale');
      expect(origin === 'none').toBe(state === 'stale');
    });
  });

  it('a value is finite', () => {
    always(({ value }) => {
      if (value !== null) expect(Number.isFinite(value)).toBe(true);
    });
  });

  it('an observation is always answered, and never with less', () => {
    always(({ value }, { observation }) => {
      if (observation !== null) expect(value).toBeGreaterThanOrEqual(observation.value);
    });
  });

  it('observing serves nothing but what was observed, now or last', () => {
    always(({ value }, { observation, heldValue, settings }) => {
      if (settings.mode !== 'observe') return;
      if (observation === null) expect([null, heldValue]).toContain(value);
      else expect(value).toBe(observation.value);
    });
  });

  it('without an observation a value is not below the last one', () => {
    always(({ value }, { observation, heldValue }) => {
      if (observation === null && value !== null && heldValue !== null) {
        expect(value).toBeGreaterThanOrEqual(heldValue);
      }
    });
  });

  it('a value is one of those it was made from, and the origin says which', () => {
    always(({ value, origin }, { observation, forecast, heldValue }) => {
      if (origin === 'observed') expect(value).toBe(observation!.value);
      if (origin === 'held') expect(value).toBe(heldValue);
      if (origin === 'forecast') expect(value).toBe(Math.max(...forecast!.points.map((point) => point.value)));
    });
  });

  it('active means strictly above the activation threshold', () => {
    always(({ value, active }, { settings }) => {
      if (value !== null) expect(active).toBe(value > settings.activationThreshold);
    });
  });

  it('a decision is fresh only on an observation and a current forecast with points', () => {
    always(({ state }, { atMs, observation, forecast, settings }) => {
      if (state !== 'fresh') return;
      expect(observation).not.toBeNull();
      expect(forecast!.points).not.toEqual([]);
      expect(atMs - forecast!.originMs).toBeLessThanOrEqual(settings.freshForMs);
    });
  });

  it('what is held matters only without an observation', () => {
    always((decision, input) => {
      if (input.observation === null) return;
      const other = decide('shop/web/s0', { ...input, heldValue: 1e15 });
      expect({ ...other, input: null }).toEqual({ ...decision, input: null });
    });
  });

  it('a higher observation never lowers the value', () => {
    always(({ value }, input) => {
      if (input.observation === null) return;
      const more = { ...input.observation, value: input.observation.value + 1 };
      expect(decide('shop/web/s0', { ...input, observation: more }).value).toBeGreaterThanOrEqual(value!);
    });
  });

  it('the same input gives the same decision, also after a way through JSON: the ledger can be checked', () => {
    always((decision, input) => {
      expect(decide('shop/web/s0', input)).toEqual(decision);
      const stored = JSON.parse(JSON.stringify(input)) as DecisionInput;
      expect(decide('shop/web/s0', stored)).toEqual(decision);
    });
  });

  it('the input is not changed, and kept with the decision', () => {
    always((decision, input) => {
      expect(decision.input).toBe(input);
      expect(decision.atMs).toBe(input.atMs);
      expect(decision.workloadId).toBe('shop/web/s0');
      const before = JSON.stringify(input);
      decide('shop/web/s0', input);
      expect(JSON.stringify(input)).toBe(before);
    });
  });

  it('the reason is a line of whole sentences without holes', () => {
    always(({ reason }) => {
      expect(reason).toMatch(/^[A-Z][^\n]{20,}\.$/);
      expect(reason).not.toMatch(/NaN|undefined|null|Infinity|unknown at|\{|\[/);
    });
  });
});
