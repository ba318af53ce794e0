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
import { AGGREGATIONS } from './aggregation.js';
import { serviceOf } from './service-url.js';
import { FORMATS, LOCATION_SYNTAX, compileLocation } from './value-location.js';

export const PARAMETERS = {
  url: { type: 'text', places: ['metadata'], required: true, secret: true, description: 'what is asked' },
  valueLocation: {
    type: 'text',
    places: ['metadata'],
    required: true,
    description: 'where in the answer the number stands, see above',
  },
  targetValue: {
    type: 'number',
    places: ['metadata'],
    required: 'outside-formula',
    range: 'positive',
    description: 'what one replica should carry, in the unit of the number',
  },
  activationTargetValue: { type: 'number', places: ['metadata'], default: '0', description: 'active only above this' },
  format: {
    type: 'text',
    places: ['metadata'],
    allowed: FORMATS,
    default: 'json',
    description: 'of the answer; `xml` is an error: KEDA, too, cannot read any number from it',
  },
  timeout: {
    type: 'duration',
    places: ['metadata'],
    default: DEFAULT_HTTP_TIMEOUT,
    range: 'positive',
    description: 'longest wait for an answer',
  },
  aggregateFromKubeServiceEndpoints: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'ask each ready endpoint of the Service that the host of `url` names, see above',
  },
  aggregationType: {
    type: 'text',
    places: ['metadata'],
    allowed: AGGREGATIONS,
    default: 'average',
    description: 'how their numbers become one; without `aggregateFromKubeServiceEndpoints` of no effect',
  },
  authModes: {
    type: 'list',
    places: ['metadata', 'auth'],
    aliases: ['authMode'],
    allowed: ['apiKey', 'basic', 'bearer', 'oauth', 'tls'],
    description: AUTH_MODES_DESCRIPTION,
  },
  apiKey: { type: 'text', places: ['metadata', 'auth'], secret: true, description: 'of the mode `apiKey`' },
  method: {
    type: 'text',
    places: ['metadata', 'auth'],
    allowed: ['header', 'query'],
    default: 'header',
    description: 'where the API key is sent',
  },
  keyParamName: {
    type: 'text',
    places: ['metadata', 'auth'],
    description: 'its name there; without it `X-API-KEY` or `api_key`',
  },
  ...HTTP_AUTH_PARAMETERS,
} as const satisfies ParameterDeclarations;

export type MetricsApiValues = ParameterValues<typeof PARAMETERS>;

/** Rules between the parameters of a trigger, and about the inside of one. */
export function checkMetricsApi(
  values: PartialParameterValues<typeof PARAMETERS>,
  reject: RejectParameter<keyof MetricsApiValues>,
): void {
  const { url, format, valueLocation, aggregateFromKubeServiceEndpoints, apiKey, method, keyParamName } = values;
  if (url !== undefined) checkHttpUrl('url', url, reject);
  if (format === 'xml') reject('format', 'no number can be read from XML', LOCATION_SYNTAX.xml);
  else if (
    format !== undefined &&
    valueLocation !== undefined &&
    compileLocation(format, valueLocation) === undefined
  ) {
    reject('valueLocation', `not a location in ${format}`, LOCATION_SYNTAX[format]);
  }
  const isUrl = url !== undefined && URL.canParse(url);
  if (aggregateFromKubeServiceEndpoints === true && isUrl && serviceOf(url) === undefined) {
    reject('url', 'its host names no Service of Kubernetes', 'a host such as api.shop or api.shop.svc.cluster.local');
  }
  checkHttpAuth(values, reject);
  checkCredentials(values, { apiKey: ['apiKey'] }, reject);
  if (method !== 'header') return;
  if (apiKey !== undefined) checkHeaderValue('apiKey', apiKey, reject);
  if (keyParamName !== undefined) checkHeaderName('keyParamName', keyParamName, reject);
}
