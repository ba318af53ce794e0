import { readExternalTrigger } from '../config/scaler-metadata.js';
import { ConfigError } from '../core/errors.js';
import { AUTH_KEYS } from './http-access.js';

/**
 * What our own configuration says of a forecast trigger's metadata. Credentials are left out: their Secrets need not be
 * among the files.
 *
 * @returns undefined when they describe a workload, else all problems
 */
export function findForecastFault(
  metadata: ReadonlyMap<string, string>,
  forecasterNames: readonly string[],
): string | undefined {
  const checked = [...metadata].filter(([key]) => !AUTH_KEYS.some((auth) => auth === key));
  try {
    readExternalTrigger(
      { namespace: 'default', name: 'checked', metadata: Object.fromEntries(checked) },
      forecasterNames,
    );
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
