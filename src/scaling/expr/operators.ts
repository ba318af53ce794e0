import { describeValue, isNumeric, type Value } from './value.js';

interface Operator {
  /** Higher binds tighter. */
  readonly precedence: number;
  readonly isRightAssociative?: boolean;
}

/** Precedences of expr-lang 1.17; note that `??` binds tighter than any other. */
export const BINARY: ReadonlyMap<string, Operator> = new Map([
  ['or', { precedence: 10 }],
  ['||', { precedence: 10 }],
  ['and', { precedence: 15 }],
  ['&&', { precedence: 15 }],
  ...['==', '!=', '<', '>', '<=', '>='].map((sign) => [sign, { precedence: 20 }] as const),
  ['+', { precedence: 30 }],
  ['-', { precedence: 30 }],
  ['*', { precedence: 60 }],
  ['/', { precedence: 60 }],
  ['%', { precedence: 60 }],
  ['**', { precedence: 100, isRightAssociative: true }],
  ['^', { precedence: 100, isRightAssociative: true }],
  ['??', { precedence: 500 }],
]);

export const UNARY: ReadonlyMap<string, Operator> = new Map([
  ['not', { precedence: 50 }],
  ['!', { precedence: 50 }],
  ['-', { precedence: 90 }],
  ['+', { precedence: 90 }],
]);

const COMPARISON_PRECEDENCE = 20;

export function isComparison(sign: string): boolean {
  return BINARY.get(sign)?.precedence === COMPARISON_PRECEDENCE;
}

type Numeric = number | bigint;

const comparisons: Readonly<Record<string, (left: Numeric, right: Numeric) => boolean>> = {
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
};

const ofWholeNumbers: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '%': (left, right) => {
    if (right === 0n) throw new RangeError('"%" by zero');
    return left % right;
  },
};

const ofNumbers: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
  '^': (left, right) => left ** right,
};

/**
 * Arithmetic and comparisons. Of two whole numbers `+`, `-`, `*` and `%` make a whole number of 64 bits; `/` and `**`
 * always make a float, and `%` takes whole numbers only.
 *
 * @throws {RangeError} operands of the wrong kind; without a position
 */
export function applyBinary(sign: string, left: Value, right: Value): Value {
  if (sign === '==') return equal(left, right);
  if (sign === '!=') return !equal(left, right);
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new RangeError(`"${sign}" needs numbers, got ${describeValue(left)} and ${describeValue(right)}`);
  }
  const compare = comparisons[sign];
  if (compare !== undefined) return compare(left, right);
  const whole = ofWholeNumbers[sign];
  if (whole !== undefined && typeof left === 'bigint' && typeof right === 'bigint') {
    return BigInt.asIntN(64, whole(left, right));
  }
  const any = ofNumbers[sign];
  if (any === undefined) {
    throw new RangeError(`"${sign}" needs whole numbers, got ${left} and ${right}; wrap them in int(...)`);
  }
  return any(Number(left), Number(right));
}

/** @throws {RangeError} operands that cannot be equal, because they are of different kinds */
function equal(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  // 1n and 1 are the same number.
  if (isNumeric(left) && isNumeric(right)) return left == right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return left === right;
  throw new RangeError(`${describeValue(left)} and ${describeValue(right)} cannot be compared`);
}
