import { evaluateExpression } from './expr/evaluate.js';
import type { Node } from './expr/node.js';
import { parseExpression } from './expr/parse.js';
import { describeValue, isNumeric } from './expr/value.js';

/** A parsed `scalingModifiers.formula`. */
export interface Formula {
  /** The triggers it names, each once, in the order of their first appearance. */
  readonly names: readonly string[];
  /**
   * @param values by name of the trigger; null: it has no value, which only `??` can deal with
   * @returns null only where the formula has a `??` and comes out as nil
   * @throws {RangeError} a result that is not a finite number, or operands of the wrong kind
   */
  evaluate(values: ReadonlyMap<string, number | null>): number | null;
}

/**
 * Parses a formula in the language of KEDA, which is expr-lang. As KEDA does, it takes the result as a float; nil stays nil
 * where the formula has a `??`.
 *
 * @throws {RangeError} with the position of what is wrong
 * @see KEDA `pkg/scaling/modifiers/modifiers.go`
 */
export function parseFormula(text: string): Formula {
  const root = parseExpression(text);
  const mayBeNil = text.includes('??');
  return {
    names: [...new Set(namesIn(root))],
    evaluate: (values) => {
      const result = evaluateExpression(root, (name) => values.get(name));
      if (result === null && mayBeNil) return null;
      if (!isNumeric(result)) throw new RangeError(`the formula must give a number, got ${describeValue(result)}`);
      const value = Number(result);
      if (!Number.isFinite(value)) throw new RangeError(`the formula must give a finite number, got ${value}`);
      return value;
    },
  };
}

/**
 * What is wrong with a formula, as KEDA's admission finds it: it must name known triggers only, and give a number where all
 * of them are -1.
 *
 * @returns undefined: nothing
 */
export function formulaProblem(text: string, triggerNames: readonly string[]): string | undefined {
  try {
    const formula = parseFormula(text);
    const unknown = formula.names.find((name) => !triggerNames.includes(name));
    if (unknown !== undefined) return unknownTrigger(unknown, triggerNames);
    formula.evaluate(new Map(triggerNames.map((name) => [name, -1])));
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function unknownTrigger(name: string, known: readonly string[]): string {
  const instead = known.length === 0 ? 'no trigger has a name' : `expected one of ${known.join(', ')}`;
  return `there is no trigger named "${name}"; ${instead}`;
}

function namesIn(node: Node): readonly string[] {
  switch (node.kind) {
    case 'name':
      return [node.name];
    case 'constant':
    case 'element':
      return [];
    case 'list':
      return node.items.flatMap(namesIn);
    case 'unary':
      return namesIn(node.operand);
    case 'binary':
      return [node.left, node.right].flatMap(namesIn);
    case 'conditional':
      return [node.condition, node.then, node.otherwise].flatMap(namesIn);
    case 'call':
      return [...node.args, ...(node.predicate === null ? [] : [node.predicate])].flatMap(namesIn);
  }
}
