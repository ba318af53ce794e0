import { call, truth } from './functions.js';
import type { Node } from './node.js';
import { applyBinary } from './operators.js';
import { describeValue, expressionError, isNumeric, type Value } from './value.js';

/** A few milliseconds of work: predicates within predicates multiply, and nothing else may wait for them. */
const MAX_STEPS = 100_000;

/** The value of a name; undefined: there is no such name. */
type ValueOf = (name: string) => Value | undefined;

/** What a part of an expression is evaluated in. */
interface Scope {
  readonly valueOf: ValueOf;
  /** What `#` stands for, within a predicate. */
  readonly element?: Value;
  /** Shared by all parts of the expression. */
  readonly budget: { steps: number };
}

/**
 * Evaluates an expression. `and`, `or`, `??` and `?:` evaluate only what they need.
 *
 * @throws {RangeError} with the position: a name that is not known, operands of the wrong kind, or too much work
 */
export function evaluateExpression(root: Node, valueOf: ValueOf): Value {
  return evaluate(root, { valueOf, budget: { steps: MAX_STEPS } });
}

function evaluate(node: Node, scope: Scope): Value {
  if (scope.budget.steps-- === 0) {
    throw expressionError(
      node.at,
      `too much work; at most ${MAX_STEPS} steps, of which each element of a list takes some`,
    );
  }
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'name':
      return named(node.name, node.at, scope);
    case 'element':
      return scope.element ?? null;
    case 'list':
      return node.items.map((item) => evaluate(item, scope));
    case 'unary':
      return unary(node, scope);
    case 'binary':
      return binary(node, scope);
    case 'conditional':
      return evaluate(truthAt(node.condition, scope) ? node.then : node.otherwise, scope);
    case 'call':
      return called(node, scope);
  }
}

function named(name: string, at: number, { valueOf }: Scope): Value {
  const value = valueOf(name);
  if (value === undefined) throw expressionError(at, `there is no trigger named "${name}"`);
  return value;
}

function unary({ operator, operand, at }: Extract<Node, { kind: 'unary' }>, scope: Scope): Value {
  if (operator === 'not' || operator === '!') return !truthAt(operand, scope);
  const value = evaluate(operand, scope);
  if (!isNumeric(value)) throw expressionError(at, `"${operator}" needs a number, got ${describeValue(value)}`);
  return operator === '-' ? negated(value) : value;
}

function negated(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? BigInt.asIntN(64, -value) : -value;
}

function binary({ operator, left, right, at }: Extract<Node, { kind: 'binary' }>, scope: Scope): Value {
  switch (operator) {
    case 'and':
    case '&&':
      return truthAt(left, scope) && truthAt(right, scope);
    case 'or':
    case '||':
      return truthAt(left, scope) || truthAt(right, scope);
    case '??':
      return evaluate(left, scope) ?? evaluate(right, scope);
    default:
      return placed(at, () => applyBinary(operator, evaluate(left, scope), evaluate(right, scope)));
  }
}

function called({ name, args, predicate, at }: Extract<Node, { kind: 'call' }>, scope: Scope): Value {
  const values = args.map((arg) => evaluate(arg, scope));
  const ask = (element: Value): Value => (predicate === null ? element : evaluate(predicate, { ...scope, element }));
  return placed(at, () => call(name, values, ask));
}

function truthAt(node: Node, scope: Scope): boolean {
  const value = evaluate(node, scope);
  return placed(node.at, () => truth(value));
}

/** Adds the position to an error that has none; the innermost one stays. */
function placed<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError && !error.message.startsWith('position ')) throw expressionError(at, error.message);
    throw error;
  }
}
