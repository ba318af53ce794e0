import { json, type ReceivedRequest, type Reply } from '../../test/support/scripted-server.js';

/**
 * Answers instant and range queries as Prometheus does.
 *
 * @param valueAt of each series at a time in epoch milliseconds; null: no sample
 * @param copies series with different labels
 */
export function prometheusAnswers(valueAt: (timeMs: number) => number | string | null, copies: number): Reply {
  const labels = Array.from({ length: copies }, (_, i) => (i === 0 ? {} : { pod: String(i) }));
  return async (request, response) => {
    const isInstant = request.path.endsWith('/query');
    const times = isInstant ? [Number(request.params.get('time'))] : rangeOf(request);
    const values = times
      .map((time) => [time, valueAt(time * 1_000)] as const)
      .filter(([, value]) => value !== null)
      .map(([time, value]) => [time, String(value)] as const);
    const series = values.length === 0 ? [] : labels;
    const result = series.map((metric) => (isInstant ? { metric, value: values[0] } : { metric, values }));
    const data = { resultType: isInstant ? 'vector' : 'matrix', result };
    await json({ status: 'success', data })(request, response);
  };
}

function rangeOf({ params }: ReceivedRequest): number[] {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(params.get(name))) as [
    number,
    number,
    number,
  ];
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}
