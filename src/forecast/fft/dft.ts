/** Real and imaginary parts, index by index. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Discrete Fourier transform of real values of any number N: `X(j) = sum over t of x(t) exp(-2 pi i j t / N)`.
 *
 * Bluestein's chirp transform makes a convolution of it, which a transform of a power of two computes: O(N log N) also
 * where N is prime.
 *
 * @see Bluestein (1970), "A linear filtering approach to the computation of discrete Fourier transform", IEEE Trans. Audio
 *   and Electroacoustics 18(4)
 */
export function dft(values: ArrayLike<number>): Complex {
  const { length } = values;
  let size = 1;
  while (size < 2 * length) size *= 2;
  const chirp = chirpOf(length);
  const signal = zeros(size);
  const kernel = zeros(size);
  for (let t = 0; t < length; t++) {
    signal.re[t] = values[t]! * chirp.re[t]!;
    signal.im[t] = -values[t]! * chirp.im[t]!;
    const mirrored = (size - t) % size;
    kernel.re[t] = kernel.re[mirrored] = chirp.re[t]!;
    kernel.im[t] = kernel.im[mirrored] = chirp.im[t]!;
  }
  const convolved = convolve(signal, kernel);
  const result = zeros(length);
  for (let j = 0; j < length; j++) {
    const re = convolved.re[j]!;
    const im = convolved.im[j]!;
    result.re[j] = re * chirp.re[j]! + im * chirp.im[j]!;
    result.im[j] = im * chirp.re[j]! - re * chirp.im[j]!;
  }
  return result;
}

/** `exp(pi i t^2 / N)`. The square is reduced modulo 2 N first, as the cosine of a large angle is inexact. */
function chirpOf(length: number): Complex {
  const chirp = zeros(length);
  for (let t = 0; t < length; t++) turn(chirp, t, (Math.PI * ((t * t) % (2 * length))) / length);
  return chirp;
}

/** `exp(-2 pi i k / size)` for the first half of a turn. */
function rootsOf(size: number): Complex {
  const roots = zeros(size / 2);
  for (let k = 0; k < size / 2; k++) turn(roots, k, (-2 * Math.PI * k) / size);
  return roots;
}

function turn(numbers: Complex, index: number, angle: number): void {
  numbers.re[index] = Math.cos(angle);
  numbers.im[index] = Math.sin(angle);
}

/** Circular convolution of two sequences whose length is the same power of two. Both are overwritten. */
function convolve(left: Complex, right: Complex): Complex {
  const size = left.re.length;
  const roots = rootsOf(size);
  transformInPlace(left, roots);
  transformInPlace(right, roots);
  // The inverse transform is the transform with real and imaginary part exchanged, on the way in and on the way out.
  const exchanged = zeros(size);
  for (let k = 0; k < size; k++) {
    exchanged.im[k] = (left.re[k]! * right.re[k]! - left.im[k]! * right.im[k]!) / size;
    exchanged.re[k] = (left.re[k]! * right.im[k]! + left.im[k]! * right.re[k]!) / size;
  }
  transformInPlace(exchanged, roots);
  return { re: exchanged.im, im: exchanged.re };
}

/** Fourier transform of a power of two (Cooley & Tukey 1965), in place. */
function transformInPlace({ re, im }: Complex, roots: Complex): void {
  const size = re.length;
  reverseBits(re);
  reverseBits(im);
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const even = start + k;
        const odd = even + half;
        const c = roots.re[k * stride]!;
        const s = roots.im[k * stride]!;
        const oddRe = re[odd]! * c - im[odd]! * s;
        const oddIm = re[odd]! * s + im[odd]! * c;
        re[odd] = re[even]! - oddRe;
        im[odd] = im[even]! - oddIm;
        re[even]! += oddRe;
        im[even]! += oddIm;
      }
    }
  }
}

/** Puts each value where the binary digits of its index, read backwards, say. */
function reverseBits(values: Float64Array): void {
  const size = values.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j |= bit;
    if (i >= j) continue;
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}

function zeros(length: number): Complex {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}
