import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';
import { DEFAULT_HTTP_TIMEOUT } from '../http.js';
import { TLS_PARAMETERS, checkTls } from '../tls.js';
import { OPERATIONS } from './aggregate.js';
import { ACCEPTED_HOST, parseHost } from './host.js';
import { MODES } from './modes.js';

const NOT_SUPPORTED = 'not supported by tidecast';

export const PARAMETERS = {
  host: {
    type: 'text',
    places: ['metadata', 'auth', 'env'],
    required: true,
    secret: true,
    description:
      '`amqp(s)://user:password@host:5672/vhost` or, of the management API, `http(s)://host:15672/path/vhost`',
  },
  queueName: { type: 'text', places: ['metadata'], required: true, description: 'name of the queue, or a regex' },
  protocol: {
    type: 'text',
    places: ['metadata', 'auth'],
    default: 'auto',
    allowed: ['auto', 'amqp', 'http'],
    description: '`auto`: by the scheme of `host`',
  },
  mode: {
    type: 'text',
    places: ['metadata'],
    allowed: MODES,
    description: 'what the value is, see above; together with `value`. All but `QueueLength` need HTTP',
  },
  value: {
    type: 'number',
    places: ['metadata'],
    range: 'positive',
    description:
      'what one replica should carry, in the unit of the mode; without `mode` and `queueLength`: 20 messages',
  },
  queueLength: {
    type: 'number',
    places: ['metadata'],
    range: 'positive',
    deprecated: 'use mode and value',
    description: 'messages that one replica should carry',
  },
  activationValue: { type: 'number', places: ['metadata'], default: '0', description: 'active only above this' },
  vhostName: { type: 'text', places: ['metadata', 'auth'], description: 'instead of the virtual host in `host`' },
  useRegex: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: '`queueName` is a regular expression; HTTP only',
  },
  pageSize: {
    type: 'integer',
    places: ['metadata'],
    default: '100',
    range: 'positive',
    description: 'queues that a regex may match at most',
  },
  operation: {
    type: 'text',
    places: ['metadata'],
    default: 'sum',
    allowed: OPERATIONS,
    description: 'how the queues that a regex matches become one value',
  },
  excludeUnacknowledged: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'count only messages that are ready to be delivered; HTTP only, AMQP knows no others',
  },
  timeout: {
    type: 'duration',
    places: ['metadata'],
    default: DEFAULT_HTTP_TIMEOUT,
    range: 'positive',
    description: 'longest wait for an answer; HTTP only',
  },
  username: {
    type: 'text',
    places: ['auth', 'env'],
    description: 'together with `password`; instead of those in `host`',
  },
  password: { type: 'text', places: ['auth', 'env'], secret: true, description: 'password of `username`' },
  tls: {
    type: 'text',
    places: ['auth'],
    default: 'disable',
    allowed: ['enable', 'disable'],
    description:
      '`enable`: where there is a client certificate and no user, AMQP authenticates by it (EXTERNAL). The scheme of `host` ' +
      'decides whether the connection is encrypted',
  },
  ...TLS_PARAMETERS,
  workloadIdentityResource: { type: 'text', places: ['auth'], description: NOT_SUPPORTED },
  oauthTokenURI: {
    type: 'text',
    places: ['auth'],
    description: 'token endpoint of OAuth (client credentials), with `clientID` and `clientSecret`; HTTP only',
  },
  clientID: { type: 'text', places: ['auth'], description: 'of OAuth' },
  clientSecret: { type: 'text', places: ['auth'], secret: true, description: 'of OAuth' },
  scopes: { type: 'list', places: ['auth'], description: 'of OAuth' },
  endpointParams: { type: 'query', places: ['auth'], description: 'further fields for the token endpoint' },
} as const satisfies ParameterDeclarations;

export type RabbitmqParameters = typeof PARAMETERS;
export type RabbitmqValues = ParameterValues<RabbitmqParameters>;

/** Rules between the parameters of a trigger. */
export function checkRabbitmq(
  values: PartialParameterValues<RabbitmqParameters>,
  reject: RejectParameter<keyof RabbitmqParameters>,
): void {
  checkTls(values, reject);
  checkTarget(values, reject);
  checkProtocol(values, reject);
  checkCredentials(values, reject);
}

function checkCredentials(
  values: PartialParameterValues<RabbitmqParameters>,
  reject: RejectParameter<keyof RabbitmqParameters>,
): void {
  const { username, password, oauthTokenURI, clientID, clientSecret, workloadIdentityResource } = values;
  if (workloadIdentityResource !== undefined) {
    reject('workloadIdentityResource', NOT_SUPPORTED, 'username and password, OAuth, or a client certificate');
  }
  checkTogether({ username, password }, reject);
  checkTogether({ oauthTokenURI, clientID, clientSecret }, reject);
  if (oauthTokenURI === undefined) return;
  if (!/^https?:\/\/[^/]/.test(oauthTokenURI) || !URL.canParse(oauthTokenURI)) {
    reject('oauthTokenURI', 'not a URL', 'a URL that begins with http:// or https://');
  }
  if (username !== undefined) reject('oauthTokenURI', 'OAuth excludes username and password', 'one of them');
}

/** All of these, or none. */
function checkTogether(
  given: Readonly<Partial<Record<keyof RabbitmqParameters, string | undefined>>>,
  reject: RejectParameter<keyof RabbitmqParameters>,
): void {
  const names = Object.keys(given) as (keyof RabbitmqParameters)[];
  const present = names.filter((name) => given[name] !== undefined);
  const missing = names.filter((name) => !present.includes(name));
  const [first] = present;
  if (first !== undefined && missing.length > 0) {
    reject(first, `${first} is given without ${missing.join(' and ')}`, 'all of them, or none');
  }
}

function checkTarget(
  { mode, value, queueLength }: PartialParameterValues<RabbitmqParameters>,
  reject: RejectParameter<keyof RabbitmqParameters>,
): void {
  if (queueLength !== undefined) {
    if (mode !== undefined || value !== undefined)
      reject('queueLength', 'not together with mode or value', 'mode and value');
  } else if (mode !== undefined && value === undefined) reject('mode', 'mode is given without value', 'both, or none');
  else if (mode === undefined && value !== undefined) reject('value', 'value is given without mode', 'both, or none');
}

function checkProtocol(
  values: PartialParameterValues<RabbitmqParameters>,
  reject: RejectParameter<keyof RabbitmqParameters>,
): void {
  const { host, protocol, mode, useRegex, excludeUnacknowledged, oauthTokenURI } = values;
  const parsed = host === undefined ? undefined : parseHost(host);
  if (host !== undefined && parsed === undefined) reject('host', 'not a URL of RabbitMQ', ACCEPTED_HOST);
  if (parsed === undefined) return;
  if (protocol !== undefined && protocol !== 'auto' && protocol !== parsed.protocol) {
    reject('protocol', `${protocol} does not fit the scheme of host`, `auto, or ${parsed.protocol}`);
  }
  if (parsed.protocol === 'http') return;
  if (mode !== undefined && mode !== 'QueueLength') {
    reject('mode', `${mode} needs the management API`, 'a host that begins with http:// or https://, or QueueLength');
  }
  for (const [name, used] of [
    ['useRegex', useRegex],
    ['excludeUnacknowledged', excludeUnacknowledged],
    ['oauthTokenURI', oauthTokenURI !== undefined],
  ] as const) {
    if (used === true) reject(name, `${name} needs the management API`, 'a host that begins with http:// or https://');
  }
}
