import { dft } from './dft.js';

/**
 * What the mean and the strongest sines of a stretch of samples add up to, over that same stretch. It goes on
 * periodically: the value after the last is the first.
 *
 * @param keep how many frequencies; all of them give the samples back
 */
export function dominantWaves(values: Float64Array, keep: number): Float64Array {
  const { length } = values;
  const { re, im } = dft(values);
  const strength = (j: number): number => re[j]! ** 2 + im[j]! ** 2;
  const frequencies = Array.from({ length: Math.floor(length / 2) }, (_, j) => j + 1)
    .sort((left, right) => strength(right) - strength(left))
    .slice(0, keep);
  const curve = new Float64Array(length).fill(re[0]! / length);
  const cosine = Float64Array.from({ length }, (_, phase) => Math.cos((2 * Math.PI * phase) / length));
  const sine = Float64Array.from({ length }, (_, phase) => Math.sin((2 * Math.PI * phase) / length));
  for (const j of frequencies) {
    // A frequency stands for its mirror image too, but for the one of two steps, which has none.
    const share = (2 * j === length ? 1 : 2) / length;
    for (let t = 0; t < length; t++) {
      const phase = (j * t) % length;
      curve[t]! += share * (re[j]! * cosine[phase]! - im[j]! * sine[phase]!);
    }
  }
  return curve;
}
