import { TriggerError } from '../../core/errors.js';
import { parseDecimal } from '../decimal.js';

type Json = Readonly<Record<string, unknown>>;

/** Values that are none, as Prometheus writes them. */
const NULL_VALUES: readonly unknown[] = [null, 'NaN', '+Inf', '-Inf', 'Inf'];

/**
 * The value in Prometheus' answer to an instant query: of a vector with one element, or of a scalar.
 *
 * @param ignoreNullValues whether no element, and an element without a finite value, count as 0
 * @throws {TriggerError} the answer says otherwise, or is none
 */
export function valueOf(answer: unknown, ignoreNullValues: boolean): number {
  if (!isObject(answer) || answer['status'] !== 'success') throw new TriggerError('the query did not succeed');
  const data = isObject(answer['data']) ? answer['data'] : {};
  const sample = data['resultType'] === 'scalar' ? data['result'] : sampleOf(data['result'], ignoreNullValues);
  if (sample === undefined) return 0;
  if (!Array.isArray(sample)) throw new TriggerError('the query did not return a vector or a scalar');
  if (sample.length === 0) return unlessNull(ignoreNullValues, 'the query returned an empty value');
  if (sample.length === 1) throw new TriggerError('the query did not return enough values');
  return numberOf(sample[1], ignoreNullValues);
}

/** The timestamp and value of the one element; undefined: there is none, which counts as 0. */
function sampleOf(result: unknown, ignoreNullValues: boolean): unknown {
  const elements: unknown = result ?? [];
  if (!Array.isArray(elements)) return null;
  const [element, ...others] = elements as unknown[];
  if (element === undefined) {
    unlessNull(ignoreNullValues, 'the query returned no result: its target may be lost');
    return undefined;
  }
  if (others.length > 0) throw new TriggerError(`the query returned ${elements.length} elements; expected one`);
  // A histogram has none.
  return isObject(element) ? (element['value'] ?? null) : null;
}

function numberOf(text: unknown, ignoreNullValues: boolean): number {
  if (NULL_VALUES.includes(text)) return unlessNull(ignoreNullValues, `the query returned ${String(text)}`);
  const value = typeof text === 'string' ? parseDecimal(text) : undefined;
  if (value === undefined) throw new TriggerError(`the query returned ${JSON.stringify(text)}, which is no number`);
  return value;
}

function unlessNull(ignoreNullValues: boolean, message: string): 0 {
  if (ignoreNullValues) return 0;
  throw new TriggerError(message);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
