/** PEM texts. */
export interface ServingCertificate {
  /** The certificate, then those that lead to its authority, if any. */
  readonly cert: string;
  readonly key: string;
}

/** The certificate that the server shows; it may change at any time. */
export interface CertificateSource {
  current(): ServingCertificate;
  /** Calls `listener` after every change. */
  onChange(listener: () => void): void;
}
