export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
}

/** The usual coefficients: reflection 1, expansion 2, contraction and shrinkage one half. */
const EXPAND = 2;
const CONTRACT = 0.5;

/**
 * Minimises a function without derivatives, by a simplex that walks downhill.
 *
 * Deterministic. Ends when the values at the corners differ by no more than `tolerance` (or cannot be compared, as
 * where all are -Infinity), or after `maxSteps`.
 *
 * @param start first corner; the others are one unit away along each axis
 * @see Nelder & Mead (1965), "A simplex method for function minimization", The Computer Journal 7(4)
 */
export function nelderMead(
  objective: (point: readonly number[]) => number,
  start: readonly number[],
  { tolerance, maxSteps }: { readonly tolerance: number; readonly maxSteps: number },
): Minimum {
  const evaluate = (at: readonly number[]): Minimum => ({ at, value: objective(at) });
  let corners = [start, ...start.map((_, axis) => start.map((x, i) => (i === axis ? x + 1 : x)))].map(evaluate);
  for (let step = 0; step < maxSteps; step++) {
    corners.sort((left, right) => left.value - right.value);
    const best = corners[0]!;
    const worst = corners.at(-1)!;
    if (!(worst.value - best.value > tolerance)) break;
    const better = improve(corners, evaluate);
    if (better !== null) corners[corners.length - 1] = better;
    else corners = corners.map((corner) => (corner === best ? best : evaluate(between(best.at, corner.at, CONTRACT))));
  }
  return corners.reduce((best, corner) => (corner.value < best.value ? corner : best));
}

/** A corner to take the place of the worst; null when the simplex has to shrink. */
function improve(sorted: readonly Minimum[], evaluate: (at: readonly number[]) => Minimum): Minimum | null {
  const worst = sorted.at(-1)!;
  const centre = worst.at.map(
    (_, i) => sorted.slice(0, -1).reduce((sum, { at }) => sum + at[i]!, 0) / (sorted.length - 1),
  );
  const reflected = evaluate(between(centre, worst.at, -1));
  if (reflected.value < sorted[0]!.value) {
    const expanded = evaluate(between(centre, worst.at, -EXPAND));
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < sorted.at(-2)!.value) return reflected;
  const contracted = evaluate(between(centre, worst.at, reflected.value < worst.value ? -CONTRACT : CONTRACT));
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : null;
}

/** The point `share` of the way from `from` to `to`. */
function between(from: readonly number[], to: readonly number[], share: number): number[] {
  return from.map((x, i) => x + share * (to[i]! - x));
}
