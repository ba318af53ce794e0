import { status } from '@grpc/grpc-js';
import { GrpcError } from './grpc-error.js';
import { WireReader } from './wire-reader.js';

/** A list of samples in the order in which they were sent; values may be NaN or infinite. */
export interface Observations {
  /** Epoch milliseconds, one per value. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** `ReqGetPredictMetric`, without the names of the metrics, which are all the same. */
export interface PredictRequest {
  /** Number of steps ahead. */
  readonly horizonSteps: number;
  readonly observations: Observations;
}

/** About what fits into 50 MiB with the names KEDA sends. */
const MOST_OBSERVATIONS = 1_000_000;

// Tags: number of the field, and wire type (0 varint, 1 eight bytes, 2 length-delimited).
const HORIZON = (1 << 3) | 0;
const OBSERVATION = (2 << 3) | 2;
const TIMESTAMP = (1 << 3) | 2;
const VALUE = (2 << 3) | 1;
const SECONDS = (1 << 3) | 0;
const NANOS = (2 << 3) | 0;

/**
 * Decodes the request into two arrays of numbers: a million samples as objects would take half a gigabyte.
 *
 * @throws {GrpcError} RESOURCE_EXHAUSTED: more samples than can be of use
 * @throws {RangeError} not a message of this kind
 */
export function decodePredictRequest(bytes: Buffer): PredictRequest {
  const count = countObservations(new WireReader(bytes));
  if (count > MOST_OBSERVATIONS) {
    throw new GrpcError(
      status.RESOURCE_EXHAUSTED,
      `${count} observations; expected at most ${MOST_OBSERVATIONS}: a shorter historyTimeWindow or a larger queryStep`,
    );
  }
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  let horizonSteps = 0;
  let next = 0;
  for (const reader = new WireReader(bytes); !reader.isAtEnd;) {
    const tag = reader.tag();
    if (tag === HORIZON) horizonSteps = reader.unsigned();
    else if (tag === OBSERVATION) readItem(reader.nested(), timesMs, values, next++);
    else reader.skip(tag);
  }
  return { horizonSteps, observations: { timesMs, values } };
}

function countObservations(reader: WireReader): number {
  let count = 0;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === OBSERVATION) count++;
    reader.skip(tag);
  }
  return count;
}

/** What is absent is zero: that is how proto3 writes zero. */
function readItem(item: WireReader, timesMs: Float64Array, values: Float64Array, index: number): void {
  while (!item.isAtEnd) {
    const tag = item.tag();
    if (tag === TIMESTAMP) timesMs[index] = readTimestamp(item.nested());
    else if (tag === VALUE) values[index] = item.double();
    else item.skip(tag);
  }
}

function readTimestamp(timestamp: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  while (!timestamp.isAtEnd) {
    const tag = timestamp.tag();
    if (tag === SECONDS) seconds = timestamp.signed();
    else if (tag === NANOS) nanos = timestamp.signed();
    else timestamp.skip(tag);
  }
  return Math.round(seconds * 1_000 + nanos / 1e6);
}
