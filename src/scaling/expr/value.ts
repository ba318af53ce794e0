/** A value of the expression language. A bigint is an `int` of 64 bits, a number a `float`, null is `nil`. */
export type Value = number | bigint | boolean | null | readonly Value[];

/** What goes wrong with an expression, at the position of a character; the first is 1. */
export function expressionError(at: number, message: string): RangeError {
  return new RangeError(`position ${at + 1}: ${message}`);
}

export function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A value for a message, such as `nil` or `a list`. */
export function describeValue(value: Value): string {
  if (value === null) return 'nil';
  return typeof value === 'object' ? 'a list' : String(value);
}
