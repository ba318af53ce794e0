import { Type, type Static } from 'typebox';
import type { Forecast } from '../../core/forecast.js';
import type { Series } from '../../core/series.js';
import { Seconds, Time, component, finiteOrNull, isoTime, nullable, object } from './schema.js';

const Values = Type.Array(nullable(Type.Number()), { description: 'One value per time; null: not known' });

export const ForecastSchema = component(
  'Forecast',
  {
    workloadId: Type.String(),
    forecast: nullable(
      object({
        model: Type.String(),
        origin: Type.String({ format: 'date-time', description: 'Time of the last sample the model could see' }),
        stepSeconds: Seconds,
        servedLevel: Type.Number({ description: 'The quantile level that decisions look at' }),
        times: Type.Array(Time, { description: 'The moments that are forecast' }),
        quantiles: Type.Array(
          object({ level: Type.Number(), values: Type.Array(Type.Number(), { description: 'One value per time' }) }),
        ),
        actuals: Type.Array(nullable(Type.Number()), {
          description: 'What came of it: one value per time; null: not known, or not yet',
        }),
      }),
      'null: there is none; see `reason`',
    ),
    reason: nullable(Type.String(), 'Why there is no forecast, or why it is not renewed; null: all is well'),
    history: object({ times: Type.Array(Time), values: Values }),
  },
  'What is expected, with what was known and what came',
);

type ForecastBody = Exclude<Static<typeof ForecastSchema>['forecast'], null>;

/** @param actuals samples known now, which may lie anywhere */
export function forecastJson(forecast: Forecast, servedLevel: number, actuals: Series): ForecastBody {
  const targets = Array.from({ length: forecast.horizonSteps }, (_, k) => forecast.targetMs(k));
  return {
    model: forecast.model,
    origin: isoTime(forecast.originMs),
    stepSeconds: forecast.stepMs / 1_000,
    servedLevel,
    times: targets.map(isoTime),
    quantiles: forecast.levels.map((level, l) => ({ level, values: [...forecast.values[l]!] })),
    actuals: targets.map((timeMs) => finiteOrNull(actuals.at(timeMs))),
  };
}

/** Samples with their times; a gap is null, never 0. */
export function historyJson(series: Series): Static<typeof ForecastSchema>['history'] {
  return {
    times: Array.from(series.values, (_, i) => isoTime(series.timeAt(i))),
    values: Array.from(series.values, finiteOrNull),
  };
}
