import type { PrometheusEndpoint } from '../core/workload.js';
import type { Parameter, Parameters } from './parameters.js';
import { CREDENTIAL, METADATA_OR_AUTH } from './parameters.js';
import { splitList } from './parameter-syntax.js';

/** What KEDA's shared HTTP authentication block adds to a Prometheus endpoint. */
export type HttpAuth = Omit<PrometheusEndpoint, 'address'>;

/** Modes that KEDA knows. */
const MODES = ['apiKey', 'basic', 'tls', 'bearer', 'custom', 'oauth'] as const;
/** Modes that tidecast applies. KEDA's own `predictkube` trigger accepts `custom` but ignores it. */
const APPLIED_MODES: readonly string[] = ['basic', 'bearer', 'tls', 'custom'];
/** Each of these fills the Authorization header. */
const EXCLUSIVE_MODES: readonly string[] = ['bearer', 'basic', 'oauth'];

/** Credentials that do nothing unless `authModes` names their mode: the usual reason for a puzzling 401. */
const MODE_OF_CREDENTIAL = { bearerToken: 'bearer', username: 'basic', customAuthHeader: 'custom' } as const;

const OPTIONAL_CREDENTIAL = { from: CREDENTIAL } as const;
const REQUIRED_CREDENTIAL = { from: CREDENTIAL, required: true } as const;

/** RFC 9110's token, the syntax of a header name. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Visible characters and inner blanks: a line break would end the header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** Reads the HTTP authentication parameters; what is wrong is reported, and left out. */
export function readHttpAuth(parameters: Parameters): HttpAuth {
  parameters.choice('method', ['header', 'query'], { from: METADATA_OR_AUTH });
  const modes = readModes(parameters);
  if (modes.length === 0) warnUnusedCredentials(parameters);
  const tls = readTls(parameters, modes.includes('tls'));
  return {
    ...(modes.includes('basic') && readBasic(parameters)),
    ...(modes.includes('bearer') && readBearer(parameters)),
    ...(modes.includes('custom') && readCustomHeader(parameters)),
    ...(Object.keys(tls).length > 0 && { tls }),
  };
}

function readModes(parameters: Parameters): readonly string[] {
  const given = parameters.text(['authModes', 'authMode'], { from: METADATA_OR_AUTH });
  if (given === undefined) return [];
  const modes = splitList(given.value);
  const accepted = APPLIED_MODES.join(', ');
  const unknown = modes.filter((mode) => !MODES.some((known) => known === mode));
  const unapplied = modes.filter((mode) => !unknown.includes(mode) && !APPLIED_MODES.includes(mode));
  const exclusive = new Set(modes.filter((mode) => EXCLUSIVE_MODES.includes(mode)));
  if (unknown.length > 0) parameters.reject(given, 'unknown authentication mode', accepted);
  if (unapplied.length > 0)
    parameters.reject(given, `${unapplied.join(', ')} is not supported for Prometheus`, accepted);
  if (exclusive.size > 1) parameters.reject(given, `${[...exclusive].join(' and ')} exclude each other`, 'one of them');
  return modes;
}

function readBasic(parameters: Parameters): HttpAuth {
  const username = parameters.text('username', REQUIRED_CREDENTIAL);
  const password = parameters.text('password', OPTIONAL_CREDENTIAL);
  return username === undefined ? {} : { basic: { username: username.value, password: password?.value ?? '' } };
}

function readBearer(parameters: Parameters): HttpAuth {
  const token = parameters.text(['bearerToken', 'token'], REQUIRED_CREDENTIAL);
  const bearerToken = checkHeaderText(parameters, token, HEADER_VALUE, 'a token on one line');
  return bearerToken === undefined ? {} : { bearerToken };
}

function readCustomHeader(parameters: Parameters): HttpAuth {
  const name = parameters.text('customAuthHeader', REQUIRED_CREDENTIAL);
  const value = parameters.text('customAuthValue', REQUIRED_CREDENTIAL);
  const header = checkHeaderText(parameters, name, HEADER_NAME, 'a header name such as X-Scope-OrgID');
  const content = checkHeaderText(parameters, value, HEADER_VALUE, 'a text on one line');
  return header === undefined || content === undefined ? {} : { headers: { [header]: content } };
}

function checkHeaderText(
  parameters: Parameters,
  parameter: Parameter | undefined,
  syntax: RegExp,
  accepted: string,
): string | undefined {
  return parameters.read(parameter, 'cannot be sent in a header', accepted, (text) =>
    syntax.test(text) ? text : undefined,
  )?.value;
}

/** A certificate authority may be given without the mode, as in KEDA; a client certificate needs it. */
function readTls(parameters: Parameters, clientCertificate: boolean): NonNullable<PrometheusEndpoint['tls']> {
  const cert = clientCertificate ? readPem(parameters, 'cert', REQUIRED_CREDENTIAL) : undefined;
  const key = clientCertificate ? readPem(parameters, 'key', REQUIRED_CREDENTIAL) : undefined;
  const ca = readPem(parameters, 'ca', OPTIONAL_CREDENTIAL);
  const insecure = parameters.flag('unsafeSsl')?.value;
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(ca !== undefined && { ca }),
    ...(insecure === true && { insecureSkipVerify: true }),
  };
}

function readPem(
  parameters: Parameters,
  name: string,
  options: typeof OPTIONAL_CREDENTIAL | typeof REQUIRED_CREDENTIAL,
): string | undefined {
  const parameter = parameters.text(name, options);
  return parameters.read(parameter, `${name} is not PEM`, 'text that begins with -----BEGIN', (text) =>
    /^-----BEGIN /m.test(text) ? text : undefined,
  )?.value;
}

function warnUnusedCredentials(parameters: Parameters): void {
  for (const [name, mode] of Object.entries(MODE_OF_CREDENTIAL)) {
    const given = parameters.get(name, CREDENTIAL);
    if (given !== undefined) parameters.warn(given, `${name} is not used: authModes does not name ${mode}`);
  }
}
