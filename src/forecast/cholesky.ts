/**
 * Solves `A x = b` for a symmetric positive definite A by Cholesky factorisation, in place: `a` (row-major, only the
 * lower triangle is read) is overwritten, `b` by the solution. Each pivot is taken out of all that follows before the next
 * one: so the numbers of an inner loop do not wait for each other.
 *
 * @returns false when A is not positive definite to working precision; `b` is then meaningless
 */
export function solveInPlace(a: Float64Array, b: Float64Array, size: number): boolean {
  for (let k = 0; k < size; k++) {
    const diagonal = a[k * size + k]!;
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    a[k * size + k] = root;
    const solved = b[k]! / root;
    b[k] = solved;
    // The factor's column k, of which only the upper triangle of `a` has room for a copy in one piece.
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k]! / root;
      a[k * size + i] = factor;
      b[i]! -= factor * solved;
      for (let j = k + 1, at = i * size + k + 1; j <= i; j++, at++) a[at]! -= factor * a[k * size + j]!;
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < size; k++) sum -= a[i * size + k]! * b[k]!;
    b[i] = sum / a[i * size + i]!;
  }
  return true;
}
