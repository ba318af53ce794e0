/**
 * The steps ahead at which a direct model is really fitted, and how to interpolate between them.
 *
 * Neighbouring horizons have nearly the same coefficients and residuals, the more so the further ahead they lie. Fitting
 * each of 60 would cost four times as much as fitting these for the same forecast, so knots are dense near the origin
 * and sparse far away.
 */
export interface HorizonKnots {
  /** Steps ahead, ascending, from 1 to the horizon. */
  readonly steps: readonly number[];
  /** For each step ahead `h` (index `h - 1`): the knot at or after it, and that knot's weight against the one before. */
  readonly upper: readonly number[];
  readonly weight: readonly number[];
}

/** Exponent of the spacing: 1 would be even; 1.7 puts half of the knots into the first third of the horizon. */
const SPACING = 1.7;

/**
 * @param horizonSteps >= 1
 * @param count most knots wanted, >= 2; all steps are knots when there are no more than that
 */
export function horizonKnots(horizonSteps: number, count: number): HorizonKnots {
  const chosen = new Set<number>();
  for (let i = 0; i < count; i++) {
    chosen.add(Math.round(1 + (horizonSteps - 1) * (i / (count - 1)) ** SPACING));
  }
  const steps =
    horizonSteps <= count
      ? Array.from({ length: horizonSteps }, (_, i) => i + 1)
      : [...chosen].sort((left, right) => left - right);
  const upper: number[] = [];
  const weight: number[] = [];
  for (let h = 1, knot = 0; h <= horizonSteps; h++) {
    while (steps[knot]! < h) knot++;
    const before = steps[Math.max(0, knot - 1)]!;
    upper.push(knot);
    weight.push(steps[knot] === h ? 1 : (h - before) / (steps[knot]! - before));
  }
  return { steps, upper, weight };
}

/** How many knots it takes for the first `steps` steps ahead. */
export function knotsUpTo({ upper }: HorizonKnots, steps: number): number {
  return upper[steps - 1]! + 1;
}

/** The value at step ahead `h` of something known at the knots. */
export function atHorizon(knots: HorizonKnots, h: number, valueAtKnot: (knot: number) => number): number {
  const upper = knots.upper[h - 1]!;
  const weight = knots.weight[h - 1]!;
  return weight === 1 ? valueAtKnot(upper) : weight * valueAtKnot(upper) + (1 - weight) * valueAtKnot(upper - 1);
}

/** The same, of what is known of the knots on both sides of `h`. */
export function interpolated({ upper, weight }: HorizonKnots, h: number, atKnots: Float64Array): number {
  const knot = upper[h - 1]!;
  const share = weight[h - 1]!;
  return share === 1 ? atKnots[knot]! : share * atKnots[knot]! + (1 - share) * atKnots[knot - 1]!;
}

/**
 * The values at the first `steps` steps ahead, the first at index 0, of something known at the knots; knots further ahead than
 * that takes are not asked.
 */
export function alongHorizon(knots: HorizonKnots, steps: number, valueAtKnot: (knot: number) => number): Float64Array {
  const atKnots = new Float64Array(knotsUpTo(knots, steps));
  for (let knot = 0; knot < atKnots.length; knot++) atKnots[knot] = valueAtKnot(knot);
  const values = new Float64Array(steps);
  for (let k = 0; k < values.length; k++) values[k] = interpolated(knots, k + 1, atKnots);
  return values;
}
