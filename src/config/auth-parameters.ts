import type { Place } from './problem.js';
import type { Lookup } from './text-data.js';

/** One parameter that a TriggerAuthentication names, and what its reference found. */
export interface AuthParameter extends Place {
  readonly lookup: Lookup;
}

/** What the authentication of a trigger supplies. */
export interface AuthParameters {
  readonly values: ReadonlyMap<string, AuthParameter>;
  /** Why a parameter that is not in `values` is not there. */
  readonly absence: string;
  /**
   * The parameters as they are now, for those that stand where they may change; the same object while nothing has.
   *
   * @throws {TriggerError} they cannot be read
   */
  readonly renewed?: () => AuthParameters;
}
