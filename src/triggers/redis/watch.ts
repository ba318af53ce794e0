import type { TriggerMetric, TriggerReading } from '../../core/trigger.js';
import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../../core/trigger-type.js';
import { reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import type { ConnectionPool } from '../pool.js';
import { connectionKey } from '../pool.js';
import { openPooled } from '../source.js';
import type { RedisClient } from './connect.js';
import type { Deployment } from './deployment.js';
import type { RedisParameters } from './parameters.js';
import { addressesOf, checkRedis } from './parameters.js';

/** What a trigger watches in Redis, however that is deployed. */
export interface RedisWatch<D extends ParameterDeclarations> {
  /** Completes "Watches". */
  readonly summary: string;
  readonly notes: string;
  readonly parameters: D;
  check?(values: PartialParameterValues<D>, reject: RejectParameter<keyof D & string>): void;
  metric(values: ParameterValues<D>): TriggerMetric;
  /** @throws {TriggerError} the server answers what cannot be used */
  read(client: RedisClient, values: ParameterValues<D>, metric: TriggerMetric): Promise<TriggerReading>;
}

/** The trigger type that watches something in one kind of deployment. */
export function redisTrigger<D extends ParameterDeclarations>(
  name: string,
  deployment: Deployment,
  watch: RedisWatch<D>,
  pool: ConnectionPool<RedisClient>,
): ReactiveTriggerType {
  return reactiveTrigger<ParameterDeclarations>({
    name,
    summary: `${watch.summary} in ${deployment.summary}.`,
    notes: watch.notes,
    parameters: { ...deployment.parameters, ...watch.parameters },
    check: (values, reject) => {
      checkRedis(values as PartialParameterValues<RedisParameters>, reject);
      watch.check?.(values as PartialParameterValues<D>, reject);
    },
    make: (values, { mask }) => {
      const connection = values as ParameterValues<RedisParameters>;
      const watched = values as ParameterValues<D>;
      const metric = watch.metric(watched);
      const addresses = addressesOf(connection).map(({ host, port }) => `${host}:${port}`);
      const open = openPooled<RedisClient>({
        pool,
        key: connectionKey(connectionPart(deployment, values)),
        failure: failureOf(`${deployment.name} at ${addresses.join(', ')}`, mask),
        ...deployment.connecting(connection),
        read: (client) => watch.read(client, watched, metric),
      });
      return { metrics: [metric], open };
    },
  });
}

/** All that tells one connection from another: the deployment's parameters, not those of what is watched. */
function connectionPart(
  { name, parameters }: Deployment,
  values: ParameterValues<ParameterDeclarations>,
): Record<string, unknown> {
  return { name, ...Object.fromEntries(Object.keys(parameters).map((key) => [key, values[key]])) };
}
