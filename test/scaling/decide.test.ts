import { describe, expect, it } from 'vitest';
import type { Decision, Evidence, ForecastWindow } from '../../src/core/decision.js';
import { MINUTE_MS } from '../../src/core/duration.js';
import type { Mode } from '../../src/core/workload.js';
import { decide, evidenceIsGood } from '../../src/scaling/decide.js';
import { BAD, GOOD, inputOf, NOW, windowOf } from './inputs.js';

const OLD = 20 * MINUTE_MS;

/** The load is 100 where it is known; the forecast is above that, below it, or gone. */
const FORECASTS = {
  none: null,
  'above, current': windowOf(150),
  'below, current': windowOf(60),
  'above, old': windowOf(150, OLD),
  'below, old': windowOf(60, OLD),
  'used up': windowOf(null, OLD),
} satisfies Record<string, ForecastWindow | null>;
const EVIDENCE = { none: null, good: GOOD, bad: BAD } satisfies Record<string, Evidence | null>;
const HELD = { none: null, known: 100 };

type ForecastCase = keyof typeof FORECASTS;
type Evident = keyof typeof EVIDENCE;
type Held = keyof typeof HELD;

interface Combination {
  readonly observed: boolean;
  readonly forecast: ForecastCase;
  readonly mode: Mode;
  readonly evidence: Evident;
  readonly held: Held;
}

/** One sentence of the rules: the combinations it speaks of (all, where a condition is absent), and what is decided. */
interface Rule {
  readonly sentence: string;
  readonly observed: boolean;
  readonly forecast?: readonly ForecastCase[];
  /** Modes with the evidence that matters in them. */
  readonly when?: readonly (readonly [Mode, ...Evident[]])[];
  readonly held?: Held;
  readonly decided: Pick<Decision, 'state' | 'origin' | 'value' | 'active'>;
}

const MAY_ACT = [
  ['auto', 'good'],
  ['active', 'none', 'good', 'bad'],
] as const;
const OBSERVING = [['observe', 'none', 'good', 'bad']] as const;
const UNPROVEN = [['auto', 'none']] as const;
const REFUTED = [['auto', 'bad']] as const;
const THERE = ['above, current', 'below, current', 'above, old', 'below, old'] as const;

// The activation threshold is 60: 100 and 150 are active, 60 is not strictly above.
const observed100 = { origin: 'observed', value: 100, active: true } as const;
const nothing = { state: 'stale', origin: 'none', value: null, active: null } as const;

const RULES: readonly Rule[] = [
  {
    sentence: 'the observed value is served while there is no forecast yet',
    observed: true,
    forecast: ['none'],
    decided: { state: 'cold', ...observed100 },
  },
  {
    sentence: 'observing, the observed value is served as long as the forecast is current',
    observed: true,
    forecast: ['above, current', 'below, current'],
    when: OBSERVING,
    decided: { state: 'fresh', ...observed100 },
  },
  {
    sentence: 'observing, an old or used-up forecast is reported, and the observed value served',
    observed: true,
    forecast: ['above, old', 'below, old', 'used up'],
    when: OBSERVING,
    decided: { state: 'degraded', ...observed100 },
  },
  {
    sentence: 'the observed value is served when the forecast is used up',
    observed: true,
    forecast: ['used up'],
    when: [...MAY_ACT, ...UNPROVEN, ...REFUTED],
    decided: { state: 'degraded', ...observed100 },
  },
  {
    sentence: 'the observed value is served while the history is too short to prove that the forecast helps',
    observed: true,
    forecast: THERE,
    when: UNPROVEN,
    decided: { state: 'cold', ...observed100 },
  },
  {
    sentence: 'the observed value is served when the history shows that the forecast does not help',
    observed: true,
    forecast: THERE,
    when: REFUTED,
    decided: { state: 'degraded', ...observed100 },
  },
  {
    sentence: 'a current forecast above the observed value is served',
    observed: true,
    forecast: ['above, current'],
    when: MAY_ACT,
    decided: { state: 'fresh', origin: 'forecast', value: 150, active: true },
  },
  {
    sentence: 'the observed value is served when a current forecast is below it',
    observed: true,
    forecast: ['below, current'],
    when: MAY_ACT,
    decided: { state: 'fresh', ...observed100 },
  },
  {
    sentence: 'an old forecast above the observed value is served, as degraded',
    observed: true,
    forecast: ['above, old'],
    when: MAY_ACT,
    decided: { state: 'degraded', origin: 'forecast', value: 150, active: true },
  },
  {
    sentence: 'the observed value is served when an old forecast is below it, as degraded',
    observed: true,
    forecast: ['below, old'],
    when: MAY_ACT,
    decided: { state: 'degraded', ...observed100 },
  },
  {
    sentence: 'without an observation and without a forecast there is no value',
    observed: false,
    forecast: ['none'],
    decided: nothing,
  },
  {
    sentence: 'without an observation a used-up forecast leaves no value, whatever is held',
    observed: false,
    forecast: ['used up'],
    decided: nothing,
  },
  {
    sentence: 'a forecast that may not act does not stand in for the observation either',
    observed: false,
    forecast: THERE,
    when: [...OBSERVING, ...UNPROVEN, ...REFUTED],
    held: 'none',
    decided: nothing,
  },
  {
    sentence: 'the last value is held as long as a forecast that may not act lasts',
    observed: false,
    forecast: THERE,
    when: [...OBSERVING, ...UNPROVEN, ...REFUTED],
    held: 'known',
    decided: { state: 'degraded', origin: 'held', value: 100, active: true },
  },
  {
    sentence: 'without an observation the forecast carries on above the last value',
    observed: false,
    forecast: ['above, current', 'above, old'],
    when: MAY_ACT,
    decided: { state: 'degraded', origin: 'forecast', value: 150, active: true },
  },
  {
    sentence: 'without an observation the last value is held above the forecast',
    observed: false,
    forecast: ['below, current', 'below, old'],
    when: MAY_ACT,
    held: 'known',
    decided: { state: 'degraded', origin: 'held', value: 100, active: true },
  },
  {
    sentence: 'without an observation and without a last value the forecast carries on alone',
    observed: false,
    forecast: ['below, current', 'below, old'],
    when: MAY_ACT,
    held: 'none',
    decided: { state: 'degraded', origin: 'forecast', value: 60, active: false },
  },
];

const keys = <K extends string>(object: Record<K, unknown>): K[] => Object.keys(object) as K[];
const COMBINATIONS: readonly Combination[] = [true, false].flatMap((observed) =>
  keys(FORECASTS).flatMap((forecast) =>
    (['auto', 'active', 'observe'] as const).flatMap((mode) =>
      keys(EVIDENCE).flatMap((evidence) => keys(HELD).map((held) => ({ observed, forecast, mode, evidence, held }))),
    ),
  ),
);

function speaksOf(rule: Rule, { observed, forecast, mode, evidence, held }: Combination): boolean {
  return (
    rule.observed === observed &&
    (rule.forecast?.includes(forecast) ?? true) &&
    (rule.when?.some(([inMode, ...with_]) => inMode === mode && with_.includes(evidence)) ?? true) &&
    (rule.held ?? held) === held
  );
}

function decideOn({ observed, forecast, mode, evidence, held }: Combination): Decision {
  const input = inputOf(
    {
      observation: observed ? { timeMs: NOW, value: 100 } : null,
      sourceProblem: observed ? null : 'connection refused',
      forecast: FORECASTS[forecast],
      evidence: EVIDENCE[evidence],
      heldValue: HELD[held],
    },
    { mode },
  );
  return decide('shop/web/s0', input);
}

describe('decide, in all 216 combinations', () => {
  it('has one rule for each', () => {
    expect(COMBINATIONS.length).toBe(2 * 6 * 3 * 3 * 2);
    for (const combination of COMBINATIONS) {
      const rules = RULES.filter((rule) => speaksOf(rule, combination)).map(({ sentence }) => sentence);
      expect(rules, JSON.stringify(combination)).toHaveLength(1);
    }
  });

  it.each(RULES)('$sentence', (rule) => {
    const combinations = COMBINATIONS.filter((combination) => speaksOf(rule, combination));
    expect(combinations).not.toEqual([]);
    for (const combination of combinations) {
      expect(decideOn(combination), JSON.stringify(combination)).toMatchObject(rule.decided);
    }
  });
});

describe('a forecast is current', () => {
  it.each([
    ['up to freshFor', 6 * MINUTE_MS, 'fresh'],
    ['no longer', 6 * MINUTE_MS + 1, 'degraded'],
  ])('%s', (_, ageMs, state) => {
    expect(decide('a', inputOf({ forecast: windowOf(150, ageMs) })).state).toBe(state);
  });
});

describe('evidenceIsGood', () => {
  it.each([
    ['serving the forecast lost less', 1, 2, true],
    ['it lost as much: the simpler way wins', 2, 2, false],
    ['nothing was lost either way', 0, 0, false],
    ['it lost more', 3, 2, false],
  ])('%s', (_, servedLoss, observedLoss, expected) => {
    expect(evidenceIsGood({ origins: 20, servedLoss, observedLoss })).toBe(expected);
  });
});
