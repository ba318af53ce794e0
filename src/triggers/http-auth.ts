import type { ParameterDeclarations, PartialParameterValues } from '../core/trigger-parameters.js';
import type { ClientCredentials } from './oauth.js';
import { TLS_PARAMETERS, checkTls } from './tls.js';

/** What KEDA's HTTP triggers share about authentication; each adds `authModes` with the modes that it knows. */
export const HTTP_AUTH_PARAMETERS = {
  bearerToken: {
    type: 'text',
    places: ['auth'],
    aliases: ['token'],
    secret: true,
    description: 'of the mode `bearer`',
  },
  username: { type: 'text', places: ['auth'], description: 'of the mode `basic`' },
  password: { type: 'text', places: ['auth'], secret: true, description: 'of the mode `basic`' },
  oauthTokenURI: {
    type: 'text',
    places: ['auth'],
    description: 'of the mode `oauth`: where access tokens are got, by client credentials',
  },
  clientID: { type: 'text', places: ['auth'], description: 'of the mode `oauth`' },
  clientSecret: { type: 'text', places: ['auth'], secret: true, description: 'of the mode `oauth`' },
  scopes: { type: 'list', places: ['auth'], aliases: ['scope'], description: 'of the mode `oauth`' },
  endpointParams: {
    type: 'query',
    places: ['auth'],
    description: 'of the mode `oauth`: further fields for the token endpoint',
  },
  ...TLS_PARAMETERS,
} as const satisfies ParameterDeclarations;

/** Of `authModes` of every such trigger. */
export const AUTH_MODES_DESCRIPTION = 'how requests are authenticated; without it no credentials are sent';

export type HttpAuthValues = PartialParameterValues<typeof HTTP_AUTH_PARAMETERS> & {
  readonly authModes: readonly string[] | undefined;
};

/** RFC 9110's token, the syntax of a header name. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Visible characters and inner blanks: a line break would end the header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Each of these fills the Authorization header. */
const EXCLUSIVE_MODES = ['bearer', 'basic', 'oauth'] as const;

const NEEDED_CREDENTIALS = {
  bearer: ['bearerToken'],
  basic: ['username'],
  tls: ['cert', 'key'],
  oauth: ['oauthTokenURI', 'clientID', 'clientSecret'],
} as const;

type Reject<Name extends string> = (parameter: Name, message: string, accepted?: string) => void;

/** Rules about the shared parameters; the names of credentials that modes need beyond them are the trigger's matter. */
export function checkHttpAuth(values: HttpAuthValues, reject: Reject<keyof HttpAuthValues>): void {
  const { authModes = [], bearerToken, oauthTokenURI } = values;
  checkTls(values, reject);
  const exclusive = EXCLUSIVE_MODES.filter((mode) => authModes.includes(mode));
  if (exclusive.length > 1) reject('authModes', `${exclusive.join(' and ')} exclude each other`, 'one of them');
  checkCredentials(values, NEEDED_CREDENTIALS, reject);
  if (oauthTokenURI !== undefined) checkHttpUrl('oauthTokenURI', oauthTokenURI, reject);
  if (bearerToken !== undefined) checkHeaderValue('bearerToken', bearerToken, reject);
}

/** What the modes that are set need must be there. */
export function checkCredentials<Name extends string>(
  values: { readonly authModes: readonly string[] | undefined } & Readonly<Partial<Record<Name, string | undefined>>>,
  needed: Readonly<Record<string, readonly Name[]>>,
  reject: Reject<Name>,
): void {
  for (const [mode, names] of Object.entries(needed)) {
    if (values.authModes?.includes(mode) !== true) continue;
    for (const name of names) if (values[name] === undefined) reject(name, `${name} is required by the mode ${mode}`);
  }
}

export function checkHeaderName<Name extends string>(parameter: Name, text: string, reject: Reject<Name>): void {
  if (!HEADER_NAME.test(text)) reject(parameter, 'not the name of a header', 'a name such as X-Scope-OrgID');
}

export function checkHeaderValue<Name extends string>(parameter: Name, text: string, reject: Reject<Name>): void {
  if (!HEADER_VALUE.test(text)) reject(parameter, 'cannot be sent in a header', 'a text on one line');
}

/** Where requests go must be a URL of HTTP. */
export function checkHttpUrl<Name extends string>(parameter: Name, text: string, reject: Reject<Name>): void {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) {
    reject(parameter, 'not a URL', 'a URL that begins with http:// or https://');
  }
}

/** The header that the modes `bearer` and `basic` make. */
export function authorizationHeaders(values: HttpAuthValues): Readonly<Record<string, string>> {
  const { authModes = [], bearerToken, username = '', password = '' } = values;
  if (authModes.includes('bearer') && bearerToken !== undefined) return { Authorization: `Bearer ${bearerToken}` };
  if (!authModes.includes('basic')) return {};
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** By which the mode `oauth` gets its access tokens; undefined: the mode is not set. */
export function clientCredentials(values: HttpAuthValues): ClientCredentials | undefined {
  const { authModes = [], oauthTokenURI, clientID, clientSecret, scopes = [], endpointParams } = values;
  if (!authModes.includes('oauth')) return undefined;
  if (oauthTokenURI === undefined || clientID === undefined || clientSecret === undefined) return undefined;
  return {
    tokenUri: oauthTokenURI,
    clientId: clientID,
    clientSecret,
    scopes,
    endpointParams: endpointParams ?? new Map<string, string>(),
  };
}
