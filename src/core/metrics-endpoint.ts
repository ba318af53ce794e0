/** A network endpoint: translates decisions into a protocol, and nothing else. */
export interface MetricsEndpoint {
  /** @returns the URL it listens on */
  start(): Promise<string>;
  /** Stops accepting, lets requests in flight finish, closes idle connections. */
  close(): Promise<void>;
}
