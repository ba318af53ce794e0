import { decodeFloats, encodeFloats } from '../floats.js';
import type { Learnt } from './learnt.js';

/** What a network has learnt as plain data. */
export interface LearntState extends Pick<Learnt, 'seasons' | 'judgedFrom' | 'fittedTo' | 'warmStarts'> {
  /** Of the inputs, then of the outputs at each knot. */
  readonly scales: string;
  readonly early: string;
  readonly final: string;
}

export function encodeLearnt({ inputScale, scales, early, final, ...rest }: Learnt): LearntState {
  return {
    ...rest,
    scales: encodeFloats([inputScale, ...scales]),
    early: encodeWeights(early),
    final: encodeWeights(final),
  };
}

/** @throws {RangeError} a text that does not hold whole numbers */
export function decodeLearnt({ scales, early, final, ...rest }: LearntState): Learnt {
  const [inputScale, ...perKnot] = decodeFloats(scales);
  return {
    ...rest,
    inputScale: inputScale!,
    scales: Float64Array.from(perKnot),
    early: decodeWeights(early),
    final: decodeWeights(final),
  };
}

/** As `encodeFloats`, with the four bytes that a weight has. */
function encodeWeights(weights: Float32Array): string {
  const bytes = Buffer.alloc(weights.length * 4);
  weights.forEach((weight, i) => bytes.writeFloatLE(weight, i * 4));
  return bytes.toString('base64');
}

function decodeWeights(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are not whole 4-byte weights`);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}
