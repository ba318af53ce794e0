import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { allForecasters, candidatesFor, forecasterByName, forecasterNames } from '../../src/forecast/registry.js';

describe('the registry', () => {
  it('finds every forecaster by its name, and no two share one', () => {
    expect(new Set(forecasterNames).size).toBe(forecasterNames.length);
    expect([...allForecasters().map(({ name }) => name), 'neural']).toEqual(forecasterNames);
    for (const name of forecasterNames) expect(forecasterByName(name).name).toBe(name);
  });

  it('has names in kebab-case, and none that means choosing', () => {
    for (const name of forecasterNames) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(forecasterNames).not.toContain('auto');
  });

  it.each(['prophet', '', 'Ridge', 'auto'])('refuses "%s", naming what it knows', (name) => {
    expect(() => forecasterByName(name)).toThrow(UsageError);
    expect(() => forecasterByName(name)).toThrow(
      `unknown model "${name}"; expected one of ${forecasterNames.join(', ')}`,
    );
  });
});

describe('candidatesFor', () => {
  it('tries the named model alone', () => {
    for (const name of forecasterNames) expect(candidatesFor(name)).toEqual([forecasterByName(name)]);
    expect(() => candidatesFor('prophet')).toThrow(UsageError);
  });

  it('ends with a model that needs hardly any history and no season when it may choose', () => {
    const options = { horizonSteps: 60, levels: [0.5], seasonSteps: [] };
    const needs = candidatesFor('auto').map((candidate) => candidate.minSamples(options));
    expect(needs.every(Number.isFinite)).toBe(true);
    expect(needs.at(-1)).toBe(Math.min(...needs));
  });
});
