import type { Trigger } from '../config/trigger.js';
import { findForecastFault } from './forecast-check.js';
import { AUTH_KEYS, hasCredentialsFromEnv, withheldAccess } from './http-access.js';
import type { PlainMap } from './plain.js';
import { isPlainMap, without } from './plain.js';
import type { TriggerContext } from './trigger-context.js';

/** The push form, by which a forecast wakes a workload within half a second. */
export const SCALER_TRIGGER = 'external-push';

/**
 * A `predictkube` trigger for its target: beside KEDA it becomes tidecast's external scaler, standalone it stays.
 *
 * @param plain the trigger as data
 */
export function migratePredictkube(trigger: Trigger, plain: PlainMap, context: TriggerContext): PlainMap {
  const { target, options, hasFormula, say } = context;
  const texts = [...(trigger.metadata?.texts ?? [])].map(([key, { text }]) => [key, text] as const);
  const fault = findForecastFault(new Map(texts), options.forecasterNames);
  if (fault !== undefined) {
    // As a source of a formula KEDA does without the threshold.
    say(hasFormula ? 'lost' : 'error', trigger, `left as it is, because tidecast cannot use it: ${fault}`);
    return plain;
  }
  return target === 'keda' ? toScaler(trigger, plain, context) : plain;
}

function toScaler(trigger: Trigger, plain: PlainMap, { options, auth, say }: TriggerContext): PlainMap {
  const dropped = [...(hasCredentialsFromEnv(trigger) ? [] : AUTH_KEYS), 'unsafeSsl'];
  const metadata = isPlainMap(plain['metadata']) ? plain['metadata'] : {};
  sayWhatIsWithheld(trigger, auth, say);
  if (trigger.authenticationRef !== undefined && auth === 'unknown') {
    say(
      'note',
      trigger.authenticationRef,
      'removed, as KEDA sends no credentials to an external scaler; if it supplies more than apiKey, tidecast needs the ' +
        'standalone form of this document as a file',
    );
  }
  say('note', trigger, 'the metric is called tidecast-... instead of s0-predictkube-...; dashboards may name it');
  return {
    ...without(plain, ['authenticationRef']),
    type: SCALER_TRIGGER,
    metadata: { ...without(metadata, dropped), scalerAddress: options.scalerAddress },
  };
}

/** Names the settings of the way to Prometheus that do not reach tidecast through KEDA. */
export function sayWhatIsWithheld(trigger: Trigger, auth: TriggerContext['auth'], say: TriggerContext['say']): void {
  const withheld = withheldAccess(trigger, auth);
  if (withheld.length === 0) return;
  say(
    'lost',
    trigger.metadata ?? trigger,
    `${withheld.join(', ')}: KEDA does not hand this to an external scaler; give tidecast the standalone form of this ` +
      'document and its TriggerAuthentication as files (tidecast serve PATH), where it finds them by the same query',
  );
}
