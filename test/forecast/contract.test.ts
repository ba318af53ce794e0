import { type ContractOptions, describeForecasterContract } from '../contract/forecaster.js';
import { combinationWith } from '../../src/forecast/combination.js';
import { filtered } from '../../src/forecast/filtered.js';
import { holtWintersWith, type Optimum } from '../../src/forecast/holt-winters/holt-winters.js';
import { SHIPPED_MODELS } from '../../src/forecast/pooled/shipped-models.js';
import { allForecasters } from '../../src/forecast/registry.js';

const OPTIONS: Readonly<Record<string, ContractOptions>> = {
  'seasonal-naive': { skips: { 'forecasts a load without a season': 'a season is all it knows' } },
  profile: { skips: { 'forecasts a load without a season': 'a profile is one of a season' } },
  'holt-winters': {
    keepsParameters: {
      reason: 'optimising them takes a hundred passes over the history, too much for every sample',
      forecasterOf: (fitted) => filtered(holtWintersWith((fitted.toJSON() as FilteredState).filter.settings)),
    },
  },
  combination: {
    keepsParameters: {
      reason: 'one of the two is Holt-Winters',
      forecasterOf: (fitted) => {
        const { members } = fitted.toJSON() as { members: readonly [unknown, FilteredState] };
        return combinationWith(SHIPPED_MODELS.path, holtWintersWith(members[1].filter.settings));
      },
    },
  },
};

interface FilteredState {
  readonly filter: { readonly settings: Optimum };
}

for (const forecaster of allForecasters()) describeForecasterContract(forecaster, OPTIONS[forecaster.name]);
