import { expect, test } from 'vitest';
import { findSample, parseSelector } from '../../../src/triggers/metrics-api/prometheus-text.js';

/** After the example of the documentation of the format. */
const TEXT = `
# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47
spaced { a = "1" , b = "}" , } 8
nothing{a="x"} NaN

# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_count 144320
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.5"} 4773
# TYPE jobs_count gauge
jobs_count 6
`;

test.each<[selector: string, value: string]>([
  ['http_requests_total', '1027'],
  ['http_requests_total{code="400"}', '3'],
  ['http_requests_total{ code="400", method="post", }', '3'],
  ['msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT"}', '1.458255915e9'],
  ['msdos_file_access_time_seconds{error="Cannot find file:\\n\\"FILE.TXT\\""}', '1.458255915e9'],
  ['metric_without_timestamp_and_labels', '12.47'],
  ['metric_without_timestamp_and_labels{}', '12.47'],
  ['spaced{b="}"}', '8'],
  ['nothing', 'NaN'],
  ['jobs_count', '6'],
])('%s is %s', (selector, value) => {
  expect(findSample(TEXT, parseSelector(selector)!)).toBe(value);
});

test.each(['missing', 'http_requests', 'http_requests_total{code="500"}', 'http_requests_total{other="x"}'])(
  '%s is not there',
  (selector) => {
    expect(() => findSample(TEXT, parseSelector(selector)!)).toThrow(/no counter, gauge or untyped sample/);
  },
);
test.each(['http_request_duration_seconds_count', 'http_request_duration_seconds_bucket', 'rpc_duration_seconds'])(
  '%s, of a histogram or summary, does not count',
  (selector) => {
    expect(() => findSample(TEXT, parseSelector(selector)!)).toThrow(/no counter, gauge or untyped sample/);
  },
);

test.each(['', '{a="b"}', '1a', 'a b', 'a{b="c"', "a{b='c'}", 'a{b=~"c"}', 'a{b!="c"}', 'a{b="c"} > 1', 'rate(a[1m])'])(
  '%s is no selector',
  (selector) => {
    expect(parseSelector(selector)).toBeUndefined();
  },
);
