import type { Authentications } from '../config/authentications.js';
import { Report } from '../config/problem.js';
import type { Trigger } from '../config/trigger.js';

/** Trigger metadata about credentials for Prometheus; without credentials they make no sense. */
export const AUTH_KEYS = ['authModes', 'authMode', 'method', 'keyParamName'] as const;

/** What KEDA needs to call PredictKube's backend, and nobody else. */
const PREDICTKUBE_KEY = 'apiKey';

/** KEDA sends an external scaler the value of `...FromEnv` metadata, and nothing of a TriggerAuthentication. */
const CREDENTIAL_FROM_ENV =
  /^(bearerToken|token|username|password|customAuthHeader|customAuthValue|cert|key|ca)FromEnv$/;

/** The parameters that a trigger's authentication supplies, or `unknown` where it is not among the files. */
export type AuthNames = readonly string[] | 'unknown';

/** Names only: what the authentication supplies is never looked at. */
export function authNames(trigger: Trigger, namespace: string, authentications: Authentications): AuthNames {
  if (trigger.authenticationRef === undefined) return [];
  const report = new Report();
  const { values } = authentications.resolve(trigger.authenticationRef, namespace, report);
  return report.problems.length > 0 ? 'unknown' : [...values.keys()];
}

/** The text of a metadata key, trimmed as KEDA does; undefined when it is missing or blank. */
export function metadataText(trigger: Trigger, key: string): string | undefined {
  const text = trigger.metadata?.texts.get(key)?.text.trim();
  return text === '' ? undefined : text;
}

export function hasCredentialsFromEnv(trigger: Trigger): boolean {
  return [...(trigger.metadata?.texts.keys() ?? [])].some((key) => CREDENTIAL_FROM_ENV.test(key));
}

/**
 * Settings of the way to Prometheus that KEDA does not hand to an external scaler, by name. `unsafeSsl` is sent, but means
 * the way to the scaler there.
 */
export function withheldAccess(trigger: Trigger, auth: AuthNames): readonly string[] {
  const modes = hasCredentialsFromEnv(trigger) ? [] : AUTH_KEYS.filter((key) => metadataText(trigger, key));
  const unsafe = /^(1|t|true)$/i.test(metadataText(trigger, 'unsafeSsl') ?? '') ? ['unsafeSsl'] : [];
  const credentials = auth === 'unknown' ? [] : auth.filter((name) => name !== PREDICTKUBE_KEY);
  return [...modes, ...unsafe, ...credentials];
}
