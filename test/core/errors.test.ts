import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/core/errors.js';

type AnyError = new (...args: never[]) => errors.TidecastError;

/** Every class of the file, but for the abstract one at its root. */
const CLASSES = Object.entries(errors as unknown as Record<string, AnyError>).filter(
  ([, Class]) => Object.getPrototypeOf(Class) === errors.TidecastError,
);

/** The arguments fit every class: a message, or the numbers of `InsufficientHistoryError`. */
const make = (Class: AnyError): errors.TidecastError => new Class(...(['a message', 2, 'model'] as never[]));

describe('docs/errors.md', () => {
  const documented = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...documented.matchAll(/^\| `(TC_[A-Z_]+)` \| `(\w+)` \| (.+) \| (.+) \|$/gm)];

  it('lists exactly the codes and classes of the source, in its order', () => {
    expect(rows.map(([, code, name]) => [code, name])).toEqual(
      CLASSES.map(([name, Class]) => [make(Class).code, name]).toSorted(byPosition),
    );
  });

  it('says of each what it means and what to do', () => {
    for (const [, , , meaning, remedy] of rows) {
      expect(meaning!.trim().length).toBeGreaterThan(10);
      expect(remedy!.trim().length).toBeGreaterThan(10);
    }
  });

  it('has no code outside the table', () => {
    const mentioned = new Set(documented.match(/TC_[A-Z_]+/g));
    expect([...mentioned].toSorted()).toEqual(rows.map(([, code]) => code).toSorted());
  });

  /** The order of the source file, which a module's exports do not keep. */
  function byPosition([, left]: string[], [, right]: string[]): number {
    const source = readFileSync(new URL('../../src/core/errors.ts', import.meta.url), 'utf8');
    return source.indexOf(`class ${left!} `) - source.indexOf(`class ${right!} `);
  }
});

describe.each(CLASSES)('%s', (name, Class) => {
  it('is an error with its own name and a code that no other class has', () => {
    const error = make(Class);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(errors.TidecastError);
    expect(error.name).toBe(name);
    expect(error.code).toMatch(/^TC_[A-Z]+(_[A-Z]+)*$/);
    expect(CLASSES.filter(([, Other]) => make(Other).code === error.code)).toHaveLength(1);
  });
});

describe('errors', () => {
  it('carry what caused them', () => {
    const cause = new Error('connection refused');
    expect(new errors.HistoryUnavailableError('no answer', { cause }).cause).toBe(cause);
  });
});

describe('InsufficientHistoryError', () => {
  it('names the model and the numbers', () => {
    const error = new errors.InsufficientHistoryError(12, 270, 'ridge');
    expect(error.message).toBe('ridge needs at least 270 known samples, got 12');
    expect([error.knownSamples, error.neededSamples]).toEqual([12, 270]);
  });

  it('says so when no number of samples would do', () => {
    const error = new errors.InsufficientHistoryError(5_000, Infinity, 'seasonal-naive');
    expect(error.message).toBe('seasonal-naive needs a season, and the data show none');
    expect([error.knownSamples, error.neededSamples]).toEqual([5_000, Infinity]);
  });
});
