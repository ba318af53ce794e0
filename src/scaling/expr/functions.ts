import { describeValue, isNumeric, type Value } from './value.js';

/** Names of the functions that take a list and a predicate; `true`: it may be left out. */
export const PREDICATE_IS_OPTIONAL: ReadonlyMap<string, boolean> = new Map([
  ['all', false],
  ['any', false],
  ['count', true],
  ['filter', false],
  ['map', false],
  ['none', false],
  ['one', false],
  ['sum', true],
]);

type Predicate = (element: Value) => Value;
type Numeric = number | bigint;

const ofOne: Readonly<Record<string, (value: Numeric) => Numeric>> = {
  abs: (value) => (value < 0 ? -value : value),
  ceil: (value) => Math.ceil(Number(value)),
  floor: (value) => Math.floor(Number(value)),
  // Go's math.Round takes halves away from zero, JavaScript's up.
  round: (value) => Math.sign(Number(value)) * Math.round(Math.abs(Number(value))),
  int: toInt,
  float: Number,
};

const ofMany: Readonly<Record<string, (values: readonly Numeric[]) => Value>> = {
  min: (values) =>
    values.reduce<Numeric | null>((least, value) => (least === null || value < least ? value : least), null),
  max: (values) => values.reduce<Numeric | null>((most, value) => (most === null || value > most ? value : most), null),
  mean: (values) => (values.length === 0 ? 0 : values.reduce<number>((sum, x) => sum + Number(x), 0) / values.length),
  median,
};

const ofList: Readonly<Record<string, (list: readonly Value[], predicate: Predicate) => Value>> = {
  all: (list, predicate) => list.every((element) => truth(predicate(element))),
  any: (list, predicate) => list.some((element) => truth(predicate(element))),
  none: (list, predicate) => !list.some((element) => truth(predicate(element))),
  one: (list, predicate) => list.filter((element) => truth(predicate(element))).length === 1,
  count: (list, predicate) => BigInt(list.filter((element) => truth(predicate(element))).length),
  filter: (list, predicate) => list.filter((element) => truth(predicate(element))),
  map: (list, predicate) => list.map(predicate),
  sum: (list, predicate) => sum(list.map((element) => numeric('sum', predicate(element)))),
  len: (list) => BigInt(list.length),
};

/** All functions, for a message. */
export const FUNCTION_NAMES: readonly string[] = [ofOne, ofMany, ofList].flatMap((group) => Object.keys(group)).sort();

/**
 * Calls a function of the language.
 *
 * @param predicate what is asked of each element of a list; the element itself where none is given
 * @throws {RangeError} the number or kind of the arguments is wrong; without a position
 */
export function call(name: string, args: readonly Value[], predicate: Predicate): Value {
  const one = ofOne[name];
  if (one !== undefined) return one(numeric(name, only(name, args)));
  const many = ofMany[name];
  if (many !== undefined) {
    if (args.length === 0) throw new RangeError(`${name} needs at least one argument`);
    return many(flatten(args).map((value) => numeric(name, value)));
  }
  const list = only(name, args);
  if (!isList(list)) throw new RangeError(`${name} needs a list, such as [a, b], got ${describeValue(list)}`);
  return ofList[name]!(list, predicate);
}

/** A truth value. @throws {RangeError} anything else: the language does not take numbers for truth */
export function truth(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new RangeError(`expected true or false, such as a comparison, got ${describeValue(value)}`);
}

function only(name: string, args: readonly Value[]): Value {
  const [value] = args;
  if (value === undefined || args.length > 1) throw new RangeError(`${name} needs one argument, got ${args.length}`);
  return value;
}

function numeric(name: string, value: Value): Numeric {
  if (isNumeric(value)) return value;
  throw new RangeError(`${name} needs numbers, got ${describeValue(value)}`);
}

function isList(value: Value): value is readonly Value[] {
  return typeof value === 'object' && value !== null;
}

function flatten(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (isList(value) ? flatten(value) : [value]));
}

function toInt(value: Numeric): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isFinite(value)) throw new RangeError(`int needs a finite number, got ${value}`);
  return BigInt.asIntN(64, BigInt(Math.trunc(value)));
}

/** Whole numbers stay whole. */
function sum(values: readonly Numeric[]): Numeric {
  const isWhole = values.every((value) => typeof value === 'bigint');
  if (isWhole) return values.reduce<bigint>((total, value) => BigInt.asIntN(64, total + value), 0n);
  return values.reduce<number>((total, value) => total + Number(value), 0);
}

function median(values: readonly Numeric[]): number {
  if (values.length === 0) return 0;
  const sorted = values.map(Number).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
