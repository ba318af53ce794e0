import { DURATION_SYNTAX } from '../core/duration.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import { isTimeZone } from '../core/time-zone.js';
import type { IgnoreWindow, Mode } from '../core/workload.js';
import type { Parameter, Parameters } from './parameters.js';
import { readDuration, splitList } from './parameter-syntax.js';
import { parseRfc3339 } from './rfc3339.js';

/** tidecast's own trigger parameters, all optional; KEDA ignores them. */
export const FORECAST_KEYS = [
  'mode',
  'leadTime',
  'quantile',
  'model',
  'seasonality',
  'events',
  'ignoreWindows',
  'saturation',
  'timeZone',
] as const;

export interface ForecastKeys {
  readonly mode: Mode;
  /** Milliseconds; undefined: `auto`. */
  readonly leadTime: Parameter<number> | undefined;
  readonly quantile: number;
  readonly model: string;
  /** Milliseconds; undefined: `auto`. */
  readonly seasonality: Parameter<number[]> | undefined;
  readonly ignoreWindows: readonly IgnoreWindow[];
  readonly saturation: number | undefined;
  readonly timeZone: string | undefined;
}

const DEFAULT_MODE: Mode = 'auto';
const DEFAULT_QUANTILE = 0.9;
const AUTO = 'auto';

/** Levels outside those that are calibrated would be extrapolated. */
const MIN_QUANTILE = Math.min(...DEFAULT_LEVELS);
const MAX_QUANTILE = Math.max(...DEFAULT_LEVELS);

export function readForecastKeys(parameters: Parameters, forecasterNames: readonly string[]): ForecastKeys {
  const events = parameters.text('events');
  if (events !== undefined)
    parameters.warn({ ...events, shown: undefined }, 'not used yet; forecasts do not know these events');
  return {
    mode: parameters.choice<Mode>('mode', ['auto', 'active', 'observe'])?.value ?? DEFAULT_MODE,
    leadTime: readLeadTime(parameters),
    quantile: readQuantile(parameters),
    model: readModel(parameters, forecasterNames),
    seasonality: readSeasonality(parameters),
    ignoreWindows: readIgnoreWindows(parameters),
    saturation: readSaturation(parameters),
    timeZone: readTimeZone(parameters),
  };
}

function readLeadTime(parameters: Parameters): Parameter<number> | undefined {
  const given = parameters.text('leadTime');
  if (given?.value === AUTO) return undefined;
  return parameters.read(given, 'not a duration greater than 0', `${AUTO}, or ${DURATION_SYNTAX}`, (text) => {
    const leadTime = readDuration(text);
    return leadTime !== undefined && leadTime > 0 ? leadTime : undefined;
  });
}

function readQuantile(parameters: Parameters): number {
  const quantile = parameters.number('quantile');
  if (quantile === undefined) return DEFAULT_QUANTILE;
  if (quantile.value >= MIN_QUANTILE && quantile.value <= MAX_QUANTILE) return quantile.value;
  parameters.reject(quantile, 'out of range', `a level from ${MIN_QUANTILE} to ${MAX_QUANTILE}, such as 0.9`);
  return DEFAULT_QUANTILE;
}

function readModel(parameters: Parameters, forecasterNames: readonly string[]): string {
  return parameters.choice('model', [AUTO, ...forecasterNames])?.value ?? AUTO;
}

function readSeasonality(parameters: Parameters): Parameter<number[]> | undefined {
  const given = parameters.text('seasonality');
  if (given?.value === AUTO) return undefined;
  return parameters.read(
    given,
    'not a list of durations',
    `${AUTO}, or durations with commas such as 1d,7d`,
    (text) => {
      const seasons = readAll(text, readDuration);
      return seasons && [...new Set(seasons)];
    },
  );
}

function readIgnoreWindows(parameters: Parameters): readonly IgnoreWindow[] {
  const accepted =
    'from/to in RFC 3339, the earlier first, several with commas, such as 2026-03-01T08:00:00Z/2026-03-01T10:30:00Z';
  const given = parameters.text('ignoreWindows');
  return (
    parameters.read(given, 'not a list of time windows', accepted, (text) => readAll(text, readWindow))?.value ?? []
  );
}

function readSaturation(parameters: Parameters): number | undefined {
  const saturation = parameters.number('saturation');
  if (saturation === undefined || saturation.value > 0) return saturation?.value;
  parameters.reject(saturation, 'must be greater than 0', 'the value at which the measured load is cut off');
  return undefined;
}

function readTimeZone(parameters: Parameters): string | undefined {
  const accepted = 'a name of the IANA time zone database, such as Europe/Berlin';
  return parameters.read(parameters.text('timeZone'), 'not a time zone', accepted, (name) =>
    isTimeZone(name) ? name : undefined,
  )?.value;
}

function readWindow(text: string): IgnoreWindow | undefined {
  const [fromMs, toMs, ...rest] = text.split('/').map(parseRfc3339);
  return fromMs !== undefined && toMs !== undefined && rest.length === 0 && fromMs < toMs
    ? { fromMs, toMs }
    : undefined;
}

/** @returns undefined when any item of the list cannot be read */
function readAll<T>(list: string, read: (item: string) => T | undefined): T[] | undefined {
  const values = splitList(list).map(read);
  return values.every((value) => value !== undefined) ? values : undefined;
}
