import { expect, it } from 'vitest';
import { Forecast } from '../../src/core/forecast.js';
import { FORECAST_ROWS_HEADER, forecastRows } from '../../src/evaluate/forecast-rows.js';

it('writes a line per point and level, in epoch seconds, with an empty field for an unknown actual', () => {
  const forecast = new Forecast({
    model: 'ridge',
    originMs: 1_704_067_200_000,
    stepMs: 120_000,
    levels: [0.5, 0.9],
    values: [Float64Array.of(1.5, 0), Float64Array.of(2.25, 1e-7)],
  });
  const actual = Float64Array.of(0, NaN);
  expect([FORECAST_ROWS_HEADER, ...forecastRows({ model: 'ridge', forecast, actual })]).toEqual([
    'origin,target,horizon_steps,model,level,value,actual',
    '1704067200,1704067320,1,ridge,0.5,1.5,0',
    '1704067200,1704067320,1,ridge,0.9,2.25,0',
    '1704067200,1704067440,2,ridge,0.5,0,',
    '1704067200,1704067440,2,ridge,0.9,1e-7,',
  ]);
});
