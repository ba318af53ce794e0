import { parseQuantity } from '../core/quantity.js';
import type { ParameterDeclarations } from '../core/trigger-parameters.js';
import type { ResourceTriggerType } from '../core/trigger-type.js';

const PARAMETERS = {
  value: {
    type: 'text',
    places: ['metadata'],
    required: true,
    description: 'with `Utilization` a whole percentage of the requests, with `AverageValue` a quantity for each pod',
  },
  containerName: { type: 'text', places: ['metadata'], description: 'one container of the pods; none: all of them' },
  type: {
    type: 'text',
    places: ['metadata'],
    description: 'refused, as by KEDA since 2.18: `metricType`, beside `metadata`, says it',
  },
} as const satisfies ParameterDeclarations;

/** The HPA has it in 32 bits. */
const MAX_PERCENT = 2 ** 31 - 1;

/** KEDA's `cpu` and `memory`, which the HPA reads by itself. */
export const RESOURCE_TYPES: readonly ResourceTriggerType[] = [
  resourceType('cpu', 'processor time', 'such as `500m`'),
  resourceType('memory', 'memory', 'such as `512Mi`'),
];

function resourceType(
  resource: ResourceTriggerType['resource'],
  used: string,
  example: string,
): ResourceTriggerType<typeof PARAMETERS> {
  return {
    kind: 'resource',
    name: resource,
    resource,
    summary: `Has the HPA watch the ${used} of the pods.`,
    notes:
      'It is passed on to the HPA and never polled, so it has no value here and cannot be part of a formula. `metricType`, ' +
      `beside \`metadata\`, is required: \`Utilization\`, or \`AverageValue\` for a quantity ${example}.`,
    parameters: PARAMETERS,
    check: ({ type }, reject) => {
      if (type !== undefined) reject('type', 'no longer read', 'metricType beside metadata instead');
    },
    make: ({ value, containerName: container = null }, targetType) => {
      const target = targetType === 'Utilization' ? parsePercent(value) : parseQuantity(value);
      return target === undefined || !(target > 0 && target < Infinity) ? undefined : { target, container };
    },
  };
}

function parsePercent(text: string): number | undefined {
  const percent = /^\d+$/.test(text) ? Number(text) : 0;
  return percent <= MAX_PERCENT ? percent : undefined;
}
