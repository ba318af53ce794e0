/** What share of the samples came out at or below each forecast quantile. */
export interface Coverage {
  /** Samples judged; 0: the shares are not known. */
  readonly samples: number;
  /** In [0, 1], ascending by level; for a calibrated forecast each share equals its level. */
  readonly levels: readonly { readonly level: number; readonly share: number }[];
}

/** Coverage of the forecasts that were served, at the end of the lead time. */
export interface RecentCoverage {
  readonly day: Coverage;
  readonly week: Coverage;
}
