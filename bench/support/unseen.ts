import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPooledModels, type PooledModelsData } from '../../src/forecast/pooled/pooled-quantiles.js';
import { SHIPPED_MODELS } from '../../src/forecast/pooled/shipped-models.js';
import { Registry } from '../../src/forecast/registry.js';
import { REPOSITORY } from './result-file.js';
import type { Trace } from './traces.js';

/**
 * The forecasters for a recorded load, with pooled errors that were learnt from other families only: what tidecast comes with has
 * seen some of the recordings. A load that is in no fold has not been seen by those either.
 */
export function unseenRegistry({ fold }: Pick<Trace, 'fold'>): Registry {
  if (Number.isNaN(fold)) return new Registry(SHIPPED_MODELS);
  const file = join(REPOSITORY, `bench/pooled/without-fold-${fold}.json`);
  return new Registry(readPooledModels(JSON.parse(readFileSync(file, 'utf8')) as PooledModelsData));
}
