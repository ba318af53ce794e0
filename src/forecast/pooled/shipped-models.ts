import { createRequire } from 'node:module';
import type { PooledModels } from './pooled-errors.js';
import { readPooledModels, type PooledModelsData } from './pooled-quantiles.js';

/** From here, and from where this is built to. Data that comes with the program is loaded as a module of it. */
const FILE = '../../../models/pooled-errors.json';

/** What comes with tidecast; `models/README.md` says from which loads it was learnt. */
export const SHIPPED_MODELS: PooledModels = readPooledModels(createRequire(import.meta.url)(FILE) as PooledModelsData);
