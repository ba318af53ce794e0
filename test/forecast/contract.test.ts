import { type ContractOptions, describeForecasterContract } from '../contract/forecaster.js';
import { allForecasters } from '../../src/forecast/registry.js';

const OPTIONS: Readonly<Record<string, ContractOptions>> = {
  'seasonal-naive': { skips: { 'forecasts a load without a season': 'a season is all it knows' } },
};

for (const forecaster of allForecasters()) describeForecasterContract(forecaster, OPTIONS[forecaster.name]);
