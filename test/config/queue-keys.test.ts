import { expect, test } from 'vitest';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import { readManifests } from '../../src/config/read-manifests.js';
import type { DrainRule } from '../../src/core/scaled-object.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { FORECASTERS } from './manifests.js';

const arrivals = (name: string, type = 'predictkube'): string => `\
    - type: ${type}
      name: ${name}
      metadata: { prometheusAddress: 'http://p:9090', query: q, predictHorizon: 2h, historyTimeWindow: 7d, queryStep: 2m, threshold: '20' }
`;
const rabbitmq = (keys: string, mode = 'QueueLength', more = ''): string => `\
    - type: rabbitmq
      ${more}
      metadata: { host: 'http://rabbit/', queueName: orders, mode: ${mode}, value: '2400', ${keys} }
`;
const kafka = (keys: string): string => `\
    - type: kafka
      metadata: { bootstrapServers: 'k:9092', consumerGroup: g, topic: t, lagThreshold: '2400', ${keys} }
`;
const DRAINED = "drainTime: 2m, perReplica: '20'";
const FORECAST = arrivals('forecast');

interface Built {
  readonly drain: DrainRule | undefined;
  readonly problems: readonly string[];
}

/** The rule of the last trigger, and all problems. */
function build(triggers: string, spec = ''): Built {
  const text = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker, namespace: shop }
spec:
  scaleTargetRef: { name: worker }
${spec}  triggers:
${triggers}`;
  const { objects, problems } = buildWorkloads(readManifests(text, 'worker.yaml').documents, {
    env: { DRAIN: '1m' },
    forecasterNames: FORECASTERS,
    triggerTypes: createTriggerTypes({ clock: new ManualClock() }),
  });
  const trigger = objects[0]?.triggers.at(-1);
  return {
    drain: trigger?.kind === 'reactive' ? trigger.drain : undefined,
    problems: problems.map(
      ({ severity, field, message, value, accepted }) =>
        `${severity} ${field}: ${message} [${value ?? ''}; ${accepted ?? ''}]`,
    ),
  };
}

test.each<[sentence: string, triggers: string, drain: DrainRule | undefined]>([
  ['the only forecast trigger says what arrives', FORECAST + rabbitmq(DRAINED), rule(0)],
  ['the one that is named does', arrivals('a') + arrivals('b') + rabbitmq(`${DRAINED}, arrivals: b`), rule(1)],
  ['another type of queue', FORECAST + kafka(DRAINED), rule(0)],
  ['nobody has to ask for it', FORECAST + rabbitmq(''), undefined],
])('a queue is to be drained: %s', (_sentence, triggers, drain) => {
  expect(build(triggers)).toEqual({ drain, problems: [] });
});

function rule(arrivalsIndex: number): DrainRule {
  return { arrivalsIndex, perReplica: 20, drainTimeMs: 120_000 };
}

const METADATA = 'spec.triggers[1].metadata';

test.each<[sentence: string, triggers: string, problem: string, spec?: string]>([
  [
    'a time that is none',
    FORECAST + rabbitmq("drainTime: soon, perReplica: '20'"),
    `error ${METADATA}.drainTime: not a duration greater than 0 [soon; more than 0, a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h]`,
  ],
  [
    'no time at all',
    FORECAST + rabbitmq("drainTime: '0', perReplica: '20'"),
    `error ${METADATA}.drainTime: not a duration greater than 0 [0; more than 0, a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h]`,
  ],
  [
    'the work of a replica is missing',
    FORECAST + rabbitmq('drainTime: 2m'),
    `error ${METADATA}.perReplica: perReplica is required [; ]`,
  ],
  [
    'the work of a replica is nothing',
    FORECAST + rabbitmq("drainTime: 2m, perReplica: '0'"),
    `error ${METADATA}.perReplica: must be greater than 0 [0; messages per second that one replica works off]`,
  ],
  [
    'the time is missing',
    FORECAST + rabbitmq("perReplica: '20'"),
    `error ${METADATA}.perReplica: perReplica needs drainTime [20; drainTime, a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h]`,
  ],
  [
    'nothing is forecast',
    rabbitmq(DRAINED),
    'error spec.triggers[0].metadata.drainTime: needs a predictkube trigger whose query is what arrives per second [2m; a predictkube trigger in the same ScaledObject]',
  ],
  [
    'two triggers are forecast',
    arrivals('a') + arrivals('b') + rabbitmq(DRAINED),
    'error spec.triggers[2].metadata.drainTime: needs arrivals: there are 2 predictkube triggers [2m; arrivals: the name of one of them]',
  ],
  [
    'a name that no forecast trigger has',
    FORECAST + rabbitmq(`${DRAINED}, arrivals: forcast`),
    `error ${METADATA}.arrivals: no predictkube trigger has this name; did you mean "forecast"? [forcast; forecast]`,
  ],
  [
    'a value that is no number of messages',
    FORECAST + rabbitmq(DRAINED, 'MessageRate'),
    `error ${METADATA}.drainTime: cannot be used here: with mode MessageRate its value is no number of messages [2m; a trigger that counts what waits]`,
  ],
  [
    'a trigger that counts pods',
    `${FORECAST}    - { type: kubernetes-workload, metadata: { podSelector: app=a, value: '2400', ${DRAINED} } }\n`,
    `error ${METADATA}.drainTime: cannot be used here: its value is a number of pods [2m; a trigger that counts what waits]`,
  ],
  [
    'replicas that the lag decides on',
    FORECAST + kafka(`${DRAINED}, limitToPartitionsWithLag: 'true'`),
    `error ${METADATA}.drainTime: cannot be used here: limitToPartitionsWithLag bounds the replicas by what waits [2m; a trigger that counts what waits]`,
  ],
  [
    'a metric that is not divided by the replicas',
    FORECAST + rabbitmq(DRAINED, 'QueueLength', 'metricType: Value'),
    `error ${METADATA}.drainTime: cannot be used with metricType Value [2m; metricType AverageValue]`,
  ],
  [
    'a formula',
    FORECAST + rabbitmq(DRAINED),
    `error ${METADATA}.drainTime: has no effect beside scalingModifiers, whose formula decides [2m; a formula such as "arrivals + queue / 120", with what one replica works off as its target]`,
    '  advanced: { scalingModifiers: { formula: forecast, target: "1" } }\n',
  ],
  [
    'a target by which the plain value always asks for more',
    FORECAST + rabbitmq("drainTime: 5m, perReplica: '20'"),
    `warning ${METADATA}.drainTime: what waits asks for more replicas by its target of 2400 than draining it in this time needs [5m; a target of perReplica times drainTime, 6000, or more]`,
  ],
  [
    'a variable instead of the time',
    FORECAST + rabbitmq('drainTimeFromEnv: DRAIN'),
    `warning ${METADATA}.drainTimeFromEnv: ignored: this parameter is not read from the environment [; ]`,
  ],
  [
    'a slip in a key',
    FORECAST + rabbitmq('drainTme: 2m'),
    `warning ${METADATA}.drainTme: unknown parameter; did you mean "drainTime"? [; ]`,
  ],
])('a problem: %s', (_sentence, triggers, problem, spec) => {
  expect(build(triggers, spec).problems).toContain(problem);
});
