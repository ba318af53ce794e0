/** How long a client may take, and how much it may hold. */
export interface Limits {
  readonly handshakeTimeoutMs: number;
  /** kube-apiserver keeps idle connections for 90 s; it has to be the one to close them. */
  readonly keepAliveTimeoutMs: number;
  /** For the headers of a request; longer than a connection may idle. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often the two are looked after. */
  readonly checkPeriodMs: number;
  /** Of a URL with its headers: room for a user in some hundred groups. */
  readonly maxHeaderBytes: number;
  /** Connections without a certificate of the front proxy's authority: probes, scrapers, people. */
  readonly maxStrangers: number;
  /** From failing readiness to no longer accepting: kube-apiserver has to notice. */
  readonly drainMs: number;
  /** Requests in flight may take this long to finish once the server closes. */
  readonly closeGraceMs: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  handshakeTimeoutMs: 10_000,
  keepAliveTimeoutMs: 100_000,
  headersTimeoutMs: 105_000,
  requestTimeoutMs: 120_000,
  checkPeriodMs: 10_000,
  maxHeaderBytes: 64 * 1024,
  maxStrangers: 1_000,
  drainMs: 5_000,
  closeGraceMs: 10_000,
});
