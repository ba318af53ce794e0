import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../core/trigger-parameters.js';

/** What KEDA's triggers share about encrypted connections. */
export const TLS_PARAMETERS = {
  unsafeSsl: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'do not verify the certificate of the server',
  },
  ca: { type: 'text', places: ['auth'], description: 'PEM of the authority that signed the certificate of the server' },
  cert: { type: 'text', places: ['auth'], description: 'PEM of the client certificate; needs `key`' },
  key: { type: 'text', places: ['auth'], secret: true, description: 'PEM of the key of the client certificate' },
  keyPassword: { type: 'text', places: ['auth'], secret: true, description: 'password of `key`' },
} as const satisfies ParameterDeclarations;

type TlsParameters = typeof TLS_PARAMETERS;

/** Rules about the TLS parameters of a trigger. */
export function checkTls(
  values: PartialParameterValues<TlsParameters>,
  reject: (parameter: keyof TlsParameters, message: string, accepted?: string) => void,
): void {
  for (const name of ['ca', 'cert', 'key'] as const) checkPem(name, values[name], reject);
  if ((values.cert === undefined) !== (values.key === undefined)) {
    const [given, missing] = values.cert === undefined ? (['key', 'cert'] as const) : (['cert', 'key'] as const);
    reject(given, `${given} is given without ${missing}`, 'both of cert and key, or none');
  }
}

export function checkPem<Name extends string>(
  name: Name,
  text: string | undefined,
  reject: (parameter: Name, message: string, accepted?: string) => void,
): void {
  if (text !== undefined && !/^-----BEGIN /m.test(text)) {
    reject(name, `${name} is not PEM`, 'text that begins with -----BEGIN');
  }
}

/** Some of the options of Node's TLS sockets. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string | string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

export function tlsOptions(values: ParameterValues<TlsParameters>): TlsOptions {
  const { unsafeSsl, ca, cert, key, keyPassword } = values;
  return {
    rejectUnauthorized: !unsafeSsl,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(keyPassword !== undefined && { passphrase: keyPassword }),
  };
}
