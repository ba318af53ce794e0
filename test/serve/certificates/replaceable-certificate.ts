import type { CertificateSource, ServingCertificate } from '../../../src/serve/certificates/certificate-source.js';

/** A certificate that a test replaces. */
export class ReplaceableCertificate implements CertificateSource {
  readonly #listeners: (() => void)[] = [];
  constructor(private certificate: ServingCertificate) {}

  current(): ServingCertificate {
    return this.certificate;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  replace(certificate: ServingCertificate): void {
    this.certificate = certificate;
    for (const listener of this.#listeners) listener();
  }
}
