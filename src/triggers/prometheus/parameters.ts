import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';
import { DEFAULT_HTTP_TIMEOUT } from '../http.js';
import {
  AUTH_MODES_DESCRIPTION,
  HTTP_AUTH_PARAMETERS,
  checkCredentials,
  checkHeaderName,
  checkHeaderValue,
  checkHttpAuth,
  checkHttpUrl,
} from '../http-auth.js';

const NOT_SUPPORTED = 'not supported by tidecast';

export const PARAMETERS = {
  serverAddress: {
    type: 'text',
    places: ['metadata'],
    required: true,
    secret: true,
    description: 'URL of Prometheus, up to and without `/api/v1`',
  },
  query: { type: 'text', places: ['metadata'], required: true, description: 'PromQL with one result' },
  threshold: {
    type: 'number',
    places: ['metadata'],
    required: true,
    range: 'positive',
    description: 'what one replica should carry, in the unit of the query',
  },
  activationThreshold: { type: 'number', places: ['metadata'], default: '0', description: 'active only above this' },
  ignoreNullValues: {
    type: 'flag',
    places: ['metadata'],
    default: 'true',
    description: 'whether no result, NaN and infinity count as 0, or are errors',
  },
  namespace: {
    type: 'text',
    places: ['metadata'],
    description: 'parameter `namespace` of the request, sent as it is written',
  },
  queryParameters: {
    type: 'map',
    places: ['metadata'],
    secret: true,
    description: 'further parameters of the request',
  },
  customHeaders: { type: 'map', places: ['metadata'], secret: true, description: 'headers of the request' },
  timeout: {
    type: 'duration',
    places: ['metadata'],
    default: DEFAULT_HTTP_TIMEOUT,
    range: 'positive',
    description: 'longest wait for an answer',
  },
  authModes: {
    type: 'list',
    places: ['metadata', 'auth'],
    aliases: ['authMode'],
    allowed: ['bearer', 'basic', 'oauth', 'custom', 'tls'],
    description: AUTH_MODES_DESCRIPTION,
  },
  ...HTTP_AUTH_PARAMETERS,
  customAuthHeader: { type: 'text', places: ['auth'], description: 'header of the mode `custom`' },
  customAuthValue: { type: 'text', places: ['auth'], secret: true, description: 'value of that header' },
  awsRegion: { type: 'text', places: ['metadata'], description: NOT_SUPPORTED },
  identityOwner: { type: 'text', places: ['metadata', 'auth'], description: NOT_SUPPORTED },
} as const satisfies ParameterDeclarations;

export type PrometheusValues = ParameterValues<typeof PARAMETERS>;

/** Rules between the parameters of a trigger, and about the inside of one. */
export function checkPrometheus(
  values: PartialParameterValues<typeof PARAMETERS>,
  reject: RejectParameter<keyof PrometheusValues>,
): void {
  const { serverAddress, customHeaders, customAuthHeader, customAuthValue } = values;
  if (serverAddress !== undefined) checkHttpUrl('serverAddress', serverAddress, reject);
  for (const [name, value] of customHeaders ?? []) {
    checkHeaderName('customHeaders', name, reject);
    checkHeaderValue('customHeaders', value, reject);
  }
  checkHttpAuth(values, reject);
  checkCredentials(values, { custom: ['customAuthHeader', 'customAuthValue'] }, reject);
  if (customAuthHeader !== undefined) checkHeaderName('customAuthHeader', customAuthHeader, reject);
  if (customAuthValue !== undefined) checkHeaderValue('customAuthValue', customAuthValue, reject);
  for (const name of ['awsRegion', 'identityOwner'] as const) {
    if (values[name] !== undefined) reject(name, NOT_SUPPORTED, 'authModes');
  }
}
