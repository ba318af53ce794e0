/** Why a model is in use: what the candidates would have cost on the workload's own history. Plain data. */
export interface ModelSelection {
  /** Moments of the history at which each was tried. */
  readonly origins: number;
  /** Mean loss of serving the chosen model's forecasts, in the unit of the series; see `Evidence`. */
  readonly loss: number;
  /** The next best, or the best where the one in use is kept all the same; null: no other could be tried. */
  readonly runnerUp: { readonly model: string; readonly loss: number } | null;
}

/** By what share of its own loss the chosen model is better than the runner-up, negative where it is worse; null without one. */
export function marginOf({ loss, runnerUp }: ModelSelection): number | null {
  if (runnerUp === null) return null;
  if (loss === 0) return runnerUp.loss === 0 ? 0 : Infinity;
  return runnerUp.loss / loss - 1;
}
