import { json, type Reply } from '../support/scripted-server.js';

/**
 * Answers range queries as Prometheus does, with one series.
 *
 * @param load value at an epoch millisecond; NaN: no sample
 */
export function rangeOf(load: (timeMs: number) => number): Reply {
  return (request, response) => {
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(request.params.get(name))) as [
      number,
      number,
      number,
    ];
    const values: [number, string][] = [];
    for (let time = start; time <= end; time += step) {
      const value = load(time * 1_000);
      if (!Number.isNaN(value)) values.push([time, String(value)]);
    }
    const result = values.length === 0 ? [] : [{ metric: {}, values }];
    return json({ status: 'success', data: { resultType: 'matrix', result } })(request, response);
  };
}
