/** What the gRPC servers tell about their own work. */
export interface GrpcMetrics {
  /**
   * A call is over.
   *
   * @param call its method (`package.Service/Method`, of those that are served), the name of its status, and how long it
   *   was open, for a stream until its end
   */
  observeGrpcCall(call: { readonly method: string; readonly code: string; readonly seconds: number }): void;
  countGrpcCallStarted(method: string): void;
  /** A connection was closed to make room for another one. */
  countGrpcConnectionEvicted(): void;
}
