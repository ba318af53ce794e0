import type { OpenTrigger } from '../core/trigger.js';
import type { AuthParameters } from './auth-parameters.js';

/**
 * Opens a source with its credentials as they are then. A source is opened at first, and again after each failure, so that
 * credentials that have been replaced are taken up as soon as the old ones are refused, and those that work are left alone.
 *
 * @param open with the credentials that are known
 * @param make puts the source together with others @throws {TriggerError} they cannot be used
 */
export function openRenewed(
  open: OpenTrigger,
  known: AuthParameters,
  make: (auth: AuthParameters) => OpenTrigger,
): OpenTrigger {
  let current = { auth: known, open };
  return async (signal) => {
    const auth = current.auth.renewed?.() ?? current.auth;
    if (auth !== current.auth) current = { auth, open: make(auth) };
    return current.open(signal);
  };
}
