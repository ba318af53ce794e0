import { ServerCredentials } from '@grpc/grpc-js';
import type { SecureContextOptions } from 'node:tls';
import type { CertificateSource, ServingCertificate } from '../certificates/certificate-source.js';

/**
 * Credentials of a gRPC server that follow a source of certificates: connections made from then on are shown, and
 * verified by, what is current. grpc-js' own credentials are fixed when they are made.
 */
export class ReloadingCredentials extends ServerCredentials {
  /** @param certificates whether clients have to show a certificate is decided by what it holds at first */
  constructor(certificates: CertificateSource) {
    const first = certificates.current();
    super({ requestCert: first.clientCa !== undefined }, contextOf(first));
    certificates.onChange(() => {
      this.updateSecureContextOptions(contextOf(certificates.current()));
    });
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ cert, key, clientCa }: ServingCertificate): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(clientCa !== undefined && { ca: clientCa }) };
}
