import type { Row } from './manifests.js';
import { reports, web, webWith } from './manifests.js';

const M = 'spec.triggers[0].metadata';

const address = (text: string): string => web('http://prometheus:9090', text);

const keda: Row[] = [
  [
    'no address',
    web('        prometheusAddress: http://prometheus:9090\n'),
    [10, 'error', `${M}.prometheusAddress`, 'required'],
  ],
  ['an empty address', address("''"), [10, 'error', `${M}.prometheusAddress`, 'required']],
  ['an address that is null', address('~'), [10, 'error', `${M}.prometheusAddress`, 'required']],
  [
    'an address without scheme',
    address('prometheus:9090'),
    [11, 'error', `${M}.prometheusAddress`, 'not a URL', 'prometheus:9090'],
  ],
  ['an address without host', address('"http://"'), [11, 'error', `${M}.prometheusAddress`, 'not a URL', 'http://']],
  [
    "the placeholder of KEDA's documentation",
    address('http://<prometheus-host>:9090'),
    [11, 'error', `${M}.prometheusAddress`, 'not a URL', 'http://<prometheus-host>:9090'],
  ],
  [
    'an address of another protocol',
    address('ftp://prometheus'),
    [11, 'error', `${M}.prometheusAddress`, 'http or https', 'ftp://prometheus'],
  ],
  [
    'an address with a query string',
    address('http://prometheus?tenant=5'),
    [11, 'error', `${M}.prometheusAddress`, 'query string', 'http://prometheus?***'],
  ],
  [
    'an address with the API path',
    address('http://prometheus/api/v1/'),
    [11, 'error', `${M}.prometheusAddress`, '/api/v1', 'http://prometheus/api/v1/'],
  ],
  [
    'an address with a password, at the end of another protocol',
    address('ftp://user:hunter22@prometheus/x'),
    [11, 'error', `${M}.prometheusAddress`, 'http or https', '***@prometheus/x'],
  ],
  [
    'a password without an address',
    address('user:hunter22/x'),
    [11, 'error', `${M}.prometheusAddress`, 'not a URL', 'user:***'],
  ],
  [
    'an address without scheme',
    address('prometheus:9090/x'),
    [11, 'error', `${M}.prometheusAddress`, 'not a URL', 'prometheus:9090/x'],
  ],
  ['no query', web('        query: sum(rate(requests[2m]))\n'), [10, 'error', `${M}.query`, 'required']],
  ['a query of white space', web('sum(rate(requests[2m]))', '"  "'), [10, 'error', `${M}.query`, 'required']],
  [
    'a query that is a list',
    web('sum(rate(requests[2m]))', '[a]'),
    [12, 'error', `${M}.query`, 'must be a text, is a list'],
    [10, 'error', `${M}.query`, 'required'],
  ],
  ['no horizon', web('        predictHorizon: 2h\n'), [10, 'error', `${M}.predictHorizon`, 'required']],
  ['a horizon without unit', web('2h', "'2'"), [13, 'error', `${M}.predictHorizon`, 'not a duration', '2']],
  ['a horizon in words', web('2h', '2 hours'), [13, 'error', `${M}.predictHorizon`, 'not a duration', '2 hours']],
  ['a negative horizon', web('2h', '-2h'), [13, 'error', `${M}.predictHorizon`, 'not a duration', '-2h']],
  [
    'a horizon shorter than a step',
    web('2h', '1m'),
    [13, 'error', `${M}.predictHorizon`, 'shorter than one step', '1m'],
  ],
  [
    'a horizon of too many steps',
    web('2h', '14d1h'),
    [13, 'error', `${M}.predictHorizon`, 'more than 10080 points', '14d1h'],
  ],
  [
    'a horizon beyond the history',
    web('2h', '8d'),
    [13, 'warning', `${M}.predictHorizon`, 'longer than historyTimeWindow', '8d'],
  ],
  ['no history', web('        historyTimeWindow: 7d\n'), [10, 'error', `${M}.historyTimeWindow`, 'required']],
  [
    'a history of one step',
    web('7d', '3m'),
    [14, 'error', `${M}.historyTimeWindow`, 'fewer than 2 points', '3m'],
    [13, 'warning', `${M}.predictHorizon`, 'longer', '2h'],
  ],
  [
    'a history of too many points',
    web('queryStep: 2m', 'queryStep: 1s'),
    [14, 'error', `${M}.historyTimeWindow`, 'more than 200000 points', '7d'],
  ],
  ['no step', web('        queryStep: 2m\n'), [10, 'error', `${M}.queryStep`, 'required']],
  [
    'a step below a second',
    web('queryStep: 2m', 'queryStep: 500ms'),
    [15, 'error', `${M}.queryStep`, 'too fine', '500ms'],
  ],
  [
    'a step of a nanosecond is not zero',
    web('queryStep: 2m', 'queryStep: 1ns'),
    [15, 'error', `${M}.queryStep`, 'too fine', '1ns'],
  ],
  ['a month as a step', web('queryStep: 2m', 'queryStep: 1M'), [15, 'error', `${M}.queryStep`, 'not a duration', '1M']],
  ['no threshold', web("        threshold: '100'\n"), [10, 'error', `${M}.threshold`, 'required']],
  ['a threshold of zero', web("'100'", "'0'"), [16, 'error', `${M}.threshold`, 'greater than 0', '0']],
  ['a negative threshold', web("'100'", "'-5'"), [16, 'error', `${M}.threshold`, 'greater than 0', '-5']],
  ['a threshold that is 0 to an HPA', web("'100'", "'1e-4'"), [16, 'error', `${M}.threshold`, 'too small', '1e-4']],
  ['a threshold in words', web("'100'", 'many'), [16, 'error', `${M}.threshold`, 'not a number', 'many']],
  ['a threshold with a unit', web("'100'", "'100rps'"), [16, 'error', `${M}.threshold`, 'not a number', '100rps']],
  ['a threshold with a plus', web("'100'", "'+5'"), [16, 'error', `${M}.threshold`, 'not a number', '+5']],
  ['a threshold with a leading zero', web("'100'", "'007'"), [16, 'error', `${M}.threshold`, 'not a number', '007']],
  ['a hexadecimal threshold', web("'100'", "'0x10'"), [16, 'error', `${M}.threshold`, 'not a number', '0x10']],
  ['a threshold that is not finite', web("'100'", "'1e999'"), [16, 'error', `${M}.threshold`, 'not a number', '1e999']],
  ['NaN for a threshold', web("'100'", "'NaN'"), [16, 'error', `${M}.threshold`, 'not a number', 'NaN']],
  ['a threshold without quotes', web("'100'", '100'), [16, 'warning', `${M}.threshold`, 'put it in quotes']],
  [
    'a hexadecimal threshold without quotes',
    web("'100'", '0x10'),
    [16, 'warning', `${M}.threshold`, 'quotes'],
    [16, 'error', `${M}.threshold`, 'not a number', '0x10'],
  ],
  [
    'an activation threshold in words',
    webWith('activationThreshold: some'),
    [17, 'error', `${M}.activationThreshold`, 'not a number', 'some'],
  ],
  ['an unknown parameter', webWith('historyWindow: 7d'), [17, 'warning', `${M}.historyWindow`, 'unknown parameter']],
  [
    'a slip in an optional parameter',
    webWith("activationTreshold: '5'"),
    [17, 'warning', `${M}.activationTreshold`, 'did you mean "activationThreshold"?'],
  ],
];

const ours: Row[] = [
  ['an unknown mode', webWith('mode: observed'), [17, 'error', `${M}.mode`, 'did you mean "observe"?', 'observed']],
  ['a lead time without unit', webWith("leadTime: '5'"), [17, 'error', `${M}.leadTime`, 'not a duration', '5']],
  ['a lead time of zero', webWith("leadTime: '0'"), [17, 'error', `${M}.leadTime`, 'greater than 0', '0']],
  [
    'a lead time beyond the horizon',
    webWith('leadTime: 3h'),
    [17, 'warning', `${M}.leadTime`, 'longer than predictHorizon', '3h'],
  ],
  ['a quantile in per cent', webWith("quantile: '90'"), [17, 'error', `${M}.quantile`, 'out of range', '90']],
  [
    'a quantile above those calibrated',
    webWith("quantile: '0.999'"),
    [17, 'error', `${M}.quantile`, 'out of range', '0.999'],
  ],
  [
    'a quantile below those calibrated',
    webWith("quantile: '0.04'"),
    [17, 'error', `${M}.quantile`, 'out of range', '0.04'],
  ],
  ['a quantile in words', webWith('quantile: p90'), [17, 'error', `${M}.quantile`, 'not a number', 'p90']],
  ['an unknown model', webWith('model: lstm'), [17, 'error', `${M}.model`, 'unknown value', 'lstm']],
  [
    'a slip in a model',
    webWith('model: seasonal-naiv'),
    [17, 'error', `${M}.model`, 'did you mean "seasonal-naive"?', 'seasonal-naiv'],
  ],
  [
    "a part of a model's name",
    webWith('model: ridge'),
    [17, 'error', `${M}.model`, 'did you mean "direct-ridge"?', 'ridge'],
  ],
  [
    'a season in words',
    webWith('seasonality: daily'),
    [17, 'error', `${M}.seasonality`, 'not a list of durations', 'daily'],
  ],
  [
    'an empty season',
    webWith("seasonality: '1d,,7d'"),
    [17, 'error', `${M}.seasonality`, 'not a list of durations', '1d,,7d'],
  ],
  [
    'a season of one step',
    webWith('seasonality: 1d,2m'),
    [17, 'error', `${M}.seasonality`, 'fewer than 2 points', '1d,2m'],
  ],
  [
    'a season longer than the history',
    webWith('seasonality: 1d,30d'),
    [17, 'warning', `${M}.seasonality`, 'longer than historyTimeWindow', '1d,30d'],
  ],
  ['events', webWith('events: sale'), [17, 'warning', `${M}.events`, 'not used yet']],
  [
    'a window without end',
    webWith('ignoreWindows: 2026-03-01T08:00:00Z'),
    [17, 'error', `${M}.ignoreWindows`, 'not a list of time windows', '2026-03-01T08:00:00Z'],
  ],
  [
    'a window that ends before it begins',
    webWith('ignoreWindows: 2026-03-02T00:00:00Z/2026-03-01T00:00:00Z'),
    [17, 'error', `${M}.ignoreWindows`, 'time windows', '2026-03-02T00:00:00Z/2026-03-01T00:00:00Z'],
  ],
  [
    'a window without offset',
    webWith('ignoreWindows: 2026-03-01T00:00:00/2026-03-02T00:00:00'),
    [17, 'error', `${M}.ignoreWindows`, 'time windows', '2026-03-01T00:00:00/2026-03-02T00:00:00'],
  ],
  [
    'a place that is no time zone',
    webWith('timeZone: Berlin'),
    [17, 'error', `${M}.timeZone`, 'not a time zone', 'Berlin'],
  ],
  [
    'an offset in place of a time zone',
    webWith('timeZone: "+02:00"'),
    [17, 'error', `${M}.timeZone`, 'not a time zone', '+02:00'],
  ],
  ['a limit of nothing', webWith('saturation: "0"'), [17, 'error', `${M}.saturation`, 'must be greater than 0', '0']],
  [
    'a day that does not exist',
    webWith('ignoreWindows: 2026-02-30T00:00:00Z/2026-03-02T00:00:00Z'),
    [17, 'error', `${M}.ignoreWindows`, 'time windows', '2026-02-30T00:00:00Z/2026-03-02T00:00:00Z'],
  ],
];

reports("KEDA's parameters", keda);
reports("tidecast's keys", ours);
