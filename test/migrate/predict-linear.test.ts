import { describe, expect, it } from 'vitest';
import { readLinearAlert, usesPredictLinear } from '../../src/migrate/predict-linear.js';
import { constantValue, outline, splitOutside, unwrap } from '../../src/migrate/promql.js';

const HOUR_MS = 3_600_000;

describe('an alert on load that will be above a limit', () => {
  it.each<[string, string, object]>([
    [
      'of a plain metric',
      'predict_linear(queue_depth[1h], 3600) > 100',
      { query: 'queue_depth', rangeMs: HOUR_MS, horizonMs: HOUR_MS, stepMs: undefined, limit: 100, conditions: [] },
    ],
    [
      'of a subquery, whose step is the trigger’s',
      'predict_linear(sum(rate(http_requests_total{path=~"/a|/b"}[5m]))[6h:1m], 4*3600) >= 1e3',
      {
        query: 'sum(rate(http_requests_total{path=~"/a|/b"}[5m]))',
        rangeMs: 6 * HOUR_MS,
        horizonMs: 4 * HOUR_MS,
        stepMs: 60_000,
        limit: 1_000,
      },
    ],
    ['with the sides exchanged', '500 < predict_linear(x[1d], 2h)', { query: 'x', horizonMs: 2 * HOUR_MS, limit: 500 }],
    [
      'within an aggregation',
      'sum by (app) (predict_linear(x{a="]"}[30m], 60 * 60)) > bool 5',
      { query: 'sum by (app) (x{a="]"})' },
    ],
    ['within arithmetic', '(predict_linear(x[1h], 3600) / 60) > 5', { query: 'x / 60' }],
    ['with an offset', 'predict_linear(x[1h] offset 5m, 3600) > 5', { query: 'x offset 5m' }],
    [
      'in parentheses, over lines, with a comment',
      '(\n  predict_linear(x[1h], 3600) # > 3 or so\n  > 5 * (2 * 10)\n)',
      { query: 'x', limit: 100 },
    ],
    [
      'with a further condition, which is named',
      'predict_linear(x[1h], 3600) > 5 and on() vector(1) == 1',
      { query: 'x', conditions: ['and on() vector(1) == 1'] },
    ],
    [
      'with names in quotes that look like code',
      'predict_linear(x{a="predict_linear(b) < 1 or c"}[1h], 60) > 5',
      { query: 'x{a="predict_linear(b) < 1 or c"}' },
    ],
  ])('%s is a forecast', (_, expr, forecast) => {
    expect(readLinearAlert(expr)).toMatchObject(forecast);
  });
});

describe('an alert without equivalent', () => {
  it.each([
    ['below a limit', 'predict_linear(node_filesystem_avail_bytes[6h], 4*3600) < 0', 'runs low'],
    ['below a limit, the other way round', '0 > predict_linear(x[6h], 60)', 'runs low'],
    ['not compared', 'predict_linear(x[1h], 60)', 'not compared with one limit'],
    ['compared with another series', 'predict_linear(x[1h], 60) > y', 'limit is not a constant'],
    ['with a limit of zero', 'predict_linear(x[1h], 60) > 0', 'not above zero'],
    ['as far ahead as a series says', 'predict_linear(x[1h], y) > 5', 'how far it extrapolates is not a constant'],
    ['backwards', 'predict_linear(x[1h], -60) > 5', 'how far it extrapolates is not a constant'],
    ['or another condition', 'predict_linear(x[1h], 60) > 5 or up == 0', 'joined to another by "or"'],
    ['in two places', 'predict_linear(x[1h], 60) + predict_linear(y[1h], 60) > 5', 'in several places'],
    ['of no range', 'predict_linear(x, 60) > 5', 'extrapolates from cannot be read'],
    ['of a range at a fixed time', 'predict_linear(x[1h] @ end(), 60) > 5', 'extrapolates from cannot be read'],
    ['that is not closed', 'predict_linear(x[1h], 60 > 5', 'not compared'],
    [
      'too long',
      `${'('.repeat(20_000)}predict_linear(x[1h], 60) > 5${')'.repeat(20_000)}`,
      'more than 10000 characters',
    ],
    ['equal to a limit', 'predict_linear(x[1h], 60) == 5', 'runs low'],
  ])('%s is named, with the reason', (_, expr, fault) => {
    expect(readLinearAlert(expr)).toEqual({ fault: expect.stringContaining(fault) as string });
  });
});

describe('whether an expression extrapolates', () => {
  it.each([
    ['predict_linear(x[1h], 60) > 5', true],
    ['predict_linear (x[1h], 60)', true],
    ['sum(predict_linear(x[1h], 60))', true],
    ['rate(x[1h]) > 5', false],
    ['my_predict_linear(x)', false],
    ['x{job="predict_linear(a)"} > 5', false],
    ['x # predict_linear(a)', false],
    ['', false],
  ])('%s: %s', (expr, expected) => {
    expect(usesPredictLinear(expr)).toBe(expected);
  });
});

describe('constants', () => {
  it.each([
    ['3600', 3_600],
    ['4 * 3600', 14_400],
    ['4 * (60 * 60)', 14_400],
    ['100 / 4 * 2', 50],
    ['1e3', 1_000],
    ['.5', 0.5],
    ['2h', 7_200],
    ['1d12h', 129_600],
    ['-1', -1],
    ['x', undefined],
    ['1 + 1', undefined],
    ['', undefined],
    ['4 *', undefined],
  ])('%s is %s', (text, value) => {
    expect(constantValue(text)).toBe(value);
  });
});

describe('taking expressions apart', () => {
  it('finds the outline at the same places', () => {
    expect(outline('a(b) + "c" - d{e="f"}')).toBe('a    +     - d       ');
    expect(outline(String.raw`"a\"b" c`)).toBe('       c');
    expect(outline('`a\\` b')).toBe('     b');
    expect(outline('a # b\nc')).toBe('a     c');
  });
  it('unwraps parentheses only where they belong together', () => {
    expect(unwrap(' ((a)) ')).toBe('a');
    expect(unwrap('(a) + (b)')).toBe('(a) + (b)');
  });
  it('splits outside of brackets', () => {
    expect(splitOutside('f(a, b), "c,d"', /,/g)).toEqual({ parts: ['f(a, b)', '"c,d"'], separators: [','] });
  });
});
