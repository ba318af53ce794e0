import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';
import { checkHttpUrl } from '../http-auth.js';

export const SASL = { type: 'text', places: ['metadata', 'auth'], default: 'none' } as const;

export const CREDENTIALS = {
  username: { type: 'text', places: ['auth'], description: 'user of SASL' },
  password: { type: 'text', places: ['auth'], secret: true, description: 'password of the user' },
} as const satisfies ParameterDeclarations;

/** How access tokens are got, of `kafka` alone. */
export const TOKENS = {
  saslTokenProvider: {
    type: 'text',
    places: ['metadata', 'auth'],
    allowed: ['bearer', 'aws_msk_iam'],
    default: 'bearer',
    description: 'where the tokens of `oauthbearer` come from; `aws_msk_iam` is refused',
  },
  oauthTokenEndpointUri: {
    type: 'text',
    places: ['auth'],
    description: 'where they are got, by the client credentials `username` and `password`',
  },
  scopes: { type: 'list', places: ['auth'], description: 'of the tokens' },
  oauthExtensions: {
    type: 'map',
    places: ['auth'],
    description: 'extensions of SASL that are sent with them, such as `logicalCluster=a,identityPoolId=b`',
  },
  awsRegion: { type: 'text', places: ['metadata'], description: 'without effect: `aws_msk_iam` is refused' },
} as const satisfies ParameterDeclarations;

/** By which tokens are got. */
export type TokenValues = Pick<ParameterValues<typeof TOKENS>, 'oauthTokenEndpointUri' | 'scopes' | 'oauthExtensions'>;

/** What `sasl` is called by the protocol, where it takes a user and a password. */
export const PASSWORD_MECHANISMS = {
  plaintext: 'plain',
  scram_sha256: 'scram-sha-256',
  scram_sha512: 'scram-sha-512',
} as const;

/** The mechanism of a `sasl` with user and password; undefined: it is another. */
export function passwordMechanism(
  sasl: string,
): (typeof PASSWORD_MECHANISMS)[keyof typeof PASSWORD_MECHANISMS] | undefined {
  return Object.hasOwn(PASSWORD_MECHANISMS, sasl)
    ? PASSWORD_MECHANISMS[sasl as keyof typeof PASSWORD_MECHANISMS]
    : undefined;
}

/** A mechanism must be one that tidecast knows, with what it needs. */
export function checkSasl(
  values: PartialParameterValues<typeof CREDENTIALS> & { readonly sasl: string | undefined },
  reject: RejectParameter<keyof typeof CREDENTIALS | 'sasl'>,
  mechanisms: readonly string[],
): void {
  const { sasl = 'none', username, password } = values;
  if (sasl === 'none') return;
  if (!mechanisms.includes(sasl)) {
    reject('sasl', `${sasl} is not supported by tidecast`, ['none', ...mechanisms].join(', '));
  } else if (username === undefined || password === undefined) {
    reject(username === undefined ? 'username' : 'password', `sasl ${sasl} needs username and password`);
  }
}

/** Rules about the tokens of `oauthbearer`. */
export function checkTokens(
  values: PartialParameterValues<typeof TOKENS> & { readonly sasl: string | undefined },
  reject: RejectParameter<keyof typeof TOKENS>,
): void {
  const { sasl, saslTokenProvider, oauthTokenEndpointUri: uri, oauthExtensions } = values;
  if (sasl !== 'oauthbearer') return;
  if (saslTokenProvider === 'aws_msk_iam') {
    reject('saslTokenProvider', 'aws_msk_iam is not supported by tidecast', 'bearer, or another sasl');
    return;
  }
  if (uri === undefined) reject('oauthTokenEndpointUri', 'oauthTokenEndpointUri is required by sasl oauthbearer');
  else checkHttpUrl('oauthTokenEndpointUri', uri, reject);
  for (const [name, value] of oauthExtensions ?? []) {
    // RFC 7628, section 3.1.
    if (/^[A-Za-z]+$/.test(name) && name !== 'auth' && /^[\t\r\n\x20-\x7e]+$/.test(value)) continue;
    reject(
      'oauthExtensions',
      'not extensions of OAUTHBEARER',
      'names of letters other than auth, and printable values',
    );
  }
}
