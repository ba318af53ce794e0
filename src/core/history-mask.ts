/**
 * Why a stretch of history is not learnt from.
 *
 * - `ignored`: configured with `ignoreWindows`
 * - `outage`: the load fell to about nothing against its profile, and came back
 * - `surge`: an isolated multiple of the profile, such as a load test or a retry storm
 * - `saturation`: the load stood at its known limit, so that the demand is not known
 * - `counter-reset`: a negative rate, which is what a restarted counter leaves behind
 */
export type MaskKind = 'ignored' | 'outage' | 'surge' | 'saturation' | 'counter-reset';

/** A stretch of history that a model is not shown. Both ends are inclusive, epoch milliseconds. */
export interface HistoryMask {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: MaskKind;
  /** For a person, with figures: "5.1 times the usual 230 for 2h". */
  readonly reason: string;
}
