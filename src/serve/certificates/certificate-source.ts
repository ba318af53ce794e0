/** PEM texts. */
export interface ServingCertificate {
  /** The certificate, then those that lead to its authority, if any. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of the clients, where clients have to show a certificate. */
  readonly clientCa?: string;
}

/** The certificate that a server shows; it may change at any time. */
export interface CertificateSource {
  current(): ServingCertificate;
  /** Calls `listener` after every change. */
  onChange(listener: () => void): void;
}
