import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { RejectParameter } from '../../core/trigger-type.js';

export const PARAMETERS = {
  scalerAddress: {
    type: 'text',
    places: ['metadata'],
    required: true,
    description: '`host:port` of the scaler, or any other target of gRPC; calls go to all its addresses in turn',
  },
  enableTLS: { type: 'flag', places: ['metadata'], default: 'false', description: 'encrypt the connection' },
  unsafeSsl: {
    type: 'flag',
    places: ['metadata'],
    default: 'false',
    description: 'do not verify the certificate of the scaler',
  },
  caCert: {
    type: 'text',
    places: ['auth'],
    description: 'PEM of an authority to trust besides the usual ones; encrypts the connection',
  },
  tlsClientCert: {
    type: 'text',
    places: ['auth'],
    description: 'PEM of the client certificate; needs `tlsClientKey`, encrypts the connection',
  },
  tlsClientKey: {
    type: 'text',
    places: ['auth'],
    secret: true,
    description: 'PEM of the key of the client certificate',
  },
} as const satisfies ParameterDeclarations;

type ExternalParameters = typeof PARAMETERS;
export type ExternalValues = ParameterValues<ExternalParameters>;

/** Rules about the connection to a scaler. */
export function checkExternal(
  values: PartialParameterValues<ExternalParameters>,
  reject: RejectParameter<keyof ExternalParameters>,
): void {
  for (const name of ['caCert', 'tlsClientCert', 'tlsClientKey'] as const) {
    if (values[name] !== undefined && !/^-----BEGIN /m.test(values[name])) {
      reject(name, `${name} is not PEM`, 'text that begins with -----BEGIN');
    }
  }
  const { tlsClientCert, tlsClientKey } = values;
  if ((tlsClientCert === undefined) === (tlsClientKey === undefined)) return;
  const given = tlsClientCert === undefined ? 'tlsClientKey' : 'tlsClientCert';
  reject(given, 'a certificate and its key need each other', 'both of tlsClientCert and tlsClientKey, or none');
}
