import { describe, expect, it } from 'vitest';
import { erlangC, mmcQueue, responseTail } from '../../../src/simulate/service/erlang-c.js';

describe('erlangC', () => {
  it.each([
    ['one server waits with probability load: 1/2', 1, 0.5, 1 / 2],
    // 2 a^2 / (a + 2) / 2 with a = 1
    ['two servers, one erlang: 1/3', 2, 1, 1 / 3],
    ['three servers, two erlangs: 4/9', 3, 2, 4 / 9],
    ['no load', 5, 0, 0],
    ['as much load as servers: no steady state', 4, 4, 1],
    ['more load than servers', 4, 5, 1],
    ['no server', 0, 0, 1],
  ])('%s', (_sentence, servers, load, expected) => {
    expect(erlangC(servers, load)).toBeCloseTo(expected, 12);
  });

  // p / (p + (1 - a/c) * poisson.cdf(c - 1, a)) with p = poisson.pmf(c, a), scipy 1.17.1. The second one is the call
  // centre of the textbooks: 100 calls of 3 min in 30 min and 14 agents, of whose callers 17.4 % wait.
  it.each([
    [10, 8, 0.4091801507964432],
    [14, 10, 0.17413193359504975],
    [50, 45, 0.3638644672069888],
    [200, 190, 0.36526385656256943],
    [1_000, 980, 0.4122002923650069],
    [4, 0.001, 4.1635429683811576e-14],
  ])('of %d servers and %d erlangs agrees with scipy', (servers, load, expected) => {
    expect(Math.abs(erlangC(servers, load) / expected - 1)).toBeLessThan(1e-10);
  });
});

describe('responseTail', () => {
  // Arrivals per second, servers, mean service time; P(T > 0.5, 2 and 5 service times), from the convolution of waiting and
  // service time by scipy.integrate.quad, scipy 1.17.1. In the last row the two rates are equal.
  it.each<[number, number, number, number[]]>([
    [1, 2, 1, [0.7076191029980723, 0.22555880539435447, 0.017967858664227912]],
    [8, 10, 1, [0.7041820013030728, 0.18321739895702377, 0.009476404418123339]],
    [90, 10, 0.1, [0.8093337459564718, 0.3163412236853465, 0.02926733482936202]],
    [950, 100, 0.1, [0.6729329346034681, 0.15246490540307472, 0.007591066857074446]],
    [3, 4, 1, [0.7610243183186816, 0.2732240623833502, 0.023900642185435243]],
  ])('of %d/s on %d servers of %d s agrees with scipy', (arrivals, servers, serviceS, expected) => {
    const queue = mmcQueue(servers, arrivals, serviceS);
    [0.5, 2, 5].forEach((times, i) => {
      expect(responseTail(queue, times * serviceS)).toBeCloseTo(expected[i]!, 10);
    });
  });

  it('of one server is exponential with the spare capacity: e^-(2 - 1.5) t', () => {
    const queue = mmcQueue(1, 1.5, 0.5);
    for (const seconds of [0, 0.1, 1, 10, 1e4])
      expect(responseTail(queue, seconds)).toBeCloseTo(Math.exp(-0.5 * seconds), 12);
  });

  it('is 1 before the arrival and without a steady state, and falls to 0', () => {
    expect(responseTail(mmcQueue(4, 1, 1), -1)).toBe(1);
    expect(responseTail(mmcQueue(4, 4, 1), 1e6)).toBe(1);
    expect(responseTail(mmcQueue(4, 3.999, 0.01), 1e6)).toBe(0);
  });
});
