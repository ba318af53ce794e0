import { TriggerError } from '../../core/errors.js';
import { secretMask } from '../../core/mask-secrets.js';
import type { TriggerMetric, TriggerReading } from '../../core/trigger.js';
import type { ReactiveTriggerType, TriggerContext } from '../../core/trigger-type.js';
import { reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import { openPooled } from '../source.js';
import { PARAMETERS, checkExternal } from './parameters.js';
import type { MetricSpec, MetricValue, ScaledObjectRef, ScalerClient } from './scaler-client.js';
import { scalerClient } from './scaler-client.js';

const NOTES = `\
It speaks KEDA's gRPC contract \`externalscaler.ExternalScaler\` as a client. All metadata of the trigger are handed on to the
scaler, those it does not list here too; a key that ends in \`FromEnv\` carries the value of the variable, and is left out where that
is not set. The TriggerAuthentication is not handed on.

\`GetMetricSpec\` says which metrics there are, and is asked once per connection and again after anything failed; then each poll asks
\`GetMetrics\` for each of them, and \`IsActive\`, which alone says whether the trigger is active. The double fields count where they are
above 0, else the integer ones. Several values of one metric are added up. No metrics, no values, a value that is NaN or infinite, or
a target below 0.001 or above 1e12 is an error.`;

/** KEDA's `external` and `external-push`. */
export function externalTypes(): readonly ReactiveTriggerType[] {
  const pool = new ConnectionPool<ScalerClient>();
  return [
    externalType('external', 'Asks a scaler of your own.', NOTES, pool),
    externalType(
      'external-push',
      'Asks a scaler of your own that can also push.',
      'It is polled like [`external`](#external), by the same rules. The streams of the scaler are not followed: it becomes active ' +
        'at the next poll, not at once.',
      pool,
    ),
  ];
}

function externalType(
  name: string,
  summary: string,
  notes: string,
  pool: ConnectionPool<ScalerClient>,
): ReactiveTriggerType {
  return reactiveTrigger({
    name,
    summary,
    notes,
    parameters: PARAMETERS,
    handsOnMetadata: true,
    check: checkExternal,
    make: (values, context) => {
      const trigger = new HandedOnTrigger(context);
      const open = openPooled<ScalerClient>({
        pool,
        key: connectionKey(values),
        failure: failureOf(`external scaler at ${values.scalerAddress}`, maskOf(context)),
        ...scalerClient(values),
        read: (client, signal) => trigger.read(client, signal),
      });
      return { metrics: null, open };
    },
  });
}

/** What came by a variable may be a credential, and the scaler may repeat it. */
function maskOf({ metadata, mask }: TriggerContext): (text: string) => string {
  const variables = [...metadata].filter(([key]) => key.endsWith('FromEnv')).map(([, value]) => value);
  const maskVariables = secretMask(variables);
  return (text) => maskVariables(mask(text));
}

/** One trigger, as its scaler is told of it. */
class HandedOnTrigger {
  private readonly ref: ScaledObjectRef;
  private readonly known = new WeakMap<ScalerClient, readonly TriggerMetric[]>();

  constructor(private readonly context: TriggerContext) {
    const { namespace, scaledObject, metadata } = context;
    this.ref = { name: scaledObject, namespace, scalerMetadata: Object.fromEntries(metadata) };
  }

  async read(client: ScalerClient, signal: AbortSignal): Promise<TriggerReading> {
    try {
      const metrics = this.known.get(client) ?? (await this.metrics(client, signal));
      this.known.set(client, metrics);
      const values = await Promise.all(metrics.map(({ name }) => this.value(client, name, signal)));
      const { result: active } = await client.ask('IsActive', this.ref, signal);
      return { active, metrics: metrics.map((metric, index) => ({ ...metric, value: values[index]! })) };
    } catch (error) {
      this.known.delete(client);
      throw error;
    }
  }

  private async metrics(client: ScalerClient, signal: AbortSignal): Promise<readonly TriggerMetric[]> {
    const { metricSpecs } = await client.ask('GetMetricSpec', this.ref, signal);
    if (metricSpecs.length === 0) throw new TriggerError('GetMetricSpec answered no metrics');
    return metricSpecs.map((spec) => metricOf(spec, this.context.feedsFormula));
  }

  private async value(client: ScalerClient, metricName: string, signal: AbortSignal): Promise<number> {
    const { metricValues } = await client.ask('GetMetrics', { scaledObjectRef: this.ref, metricName }, signal);
    if (metricValues.length === 0) throw new TriggerError(`GetMetrics answered no value of ${metricName}`);
    return metricValues.map((value) => numberOf(value, metricName)).reduce((sum, value) => sum + value, 0);
  }
}

/** @throws {TriggerError} the double is NaN or infinite, which does not make the integer, mostly 0, true */
function numberOf({ metricValue, metricValueFloat }: MetricValue, metricName: string): number {
  if (!Number.isFinite(metricValueFloat)) throw new TriggerError(`the value of ${metricName} is ${metricValueFloat}`);
  return metricValueFloat > 0 ? metricValueFloat : metricValue;
}

function metricOf({ metricName: name, targetSize, targetSizeFloat }: MetricSpec, feedsFormula: boolean): TriggerMetric {
  const target = targetSizeFloat > 0 ? targetSizeFloat : targetSize;
  if (target > 0) return { name, target };
  // The target of the formula counts, so that any will do here.
  if (feedsFormula) return { name, target: 1 };
  throw new TriggerError(`the target of ${name} is ${target}; expected more than 0`);
}
