import { type ContractOptions, describeForecasterContract } from '../contract/forecaster.js';
import type { FittedForecaster } from '../../src/core/forecaster.js';
import { holtWintersWith } from '../../src/forecast/holt-winters/holt-winters.js';
import type { Parameters } from '../../src/forecast/holt-winters/smoothing.js';
import { allForecasters } from '../../src/forecast/registry.js';

const OPTIONS: Readonly<Record<string, ContractOptions>> = {
  'seasonal-naive': { skips: { 'forecasts a load without a season': 'a season is all it knows' } },
  profile: { skips: { 'forecasts a load without a season': 'a profile is one of a season' } },
  'holt-winters': {
    keepsParameters: {
      reason: 'optimising them takes a hundred passes over the history, too much for every sample',
      forecasterOf: (fitted) => holtWintersWith(parametersOf(fitted)),
    },
  },
};

function parametersOf(fitted: FittedForecaster): Parameters {
  return (fitted.toJSON() as { filter: { settings: { parameters: Parameters } } }).filter.settings.parameters;
}

for (const forecaster of allForecasters()) describeForecasterContract(forecaster, OPTIONS[forecaster.name]);
