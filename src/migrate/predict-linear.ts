import { closingBracket, constantValue, durationMs, outline, splitOutside, unwrap, withoutComments } from './promql.js';

/** What an alert on `predict_linear` asks for, as a forecast trigger says it. */
export interface LinearForecast {
  /** The expression with the extrapolation taken out. */
  readonly query: string;
  readonly horizonMs: number;
  /** What was extrapolated from. */
  readonly rangeMs: number;
  /** Of a subquery. */
  readonly stepMs: number | undefined;
  /** The alert fires above it. */
  readonly limit: number;
  /** Further conditions of the alert. */
  readonly conditions: readonly string[];
}

/** Why an expression has no equivalent. */
export interface Fault {
  readonly fault: string;
}

const COMPARISON = /(==|!=|>=|<=|>|<)(\s*bool\b)?/g;
const CALL = /\bpredict_linear\s*\(/g;
/** `[6h]`, `[1d:5m]`, and what may follow. */
const RANGE = /^\[\s*([^\]:]+?)\s*(?::\s*([^\]]*?)\s*)?\]\s*(offset\s+\S+)?$/;

/** Nobody writes longer ones, and taking apart nested brackets takes time that grows with the square. */
const MAX_LENGTH = 10_000;

/** Whether an expression extrapolates, in code and not in a text. */
export function usesPredictLinear(expr: string): boolean {
  return outline(expr, Infinity).search(CALL) !== -1;
}

/** Reads `predict_linear(expr[range], seconds) > limit`, with whatever is around the call on its side. */
export function readLinearAlert(expr: string): LinearForecast | Fault {
  if (expr.length > MAX_LENGTH) return { fault: `it has more than ${MAX_LENGTH} characters` };
  const { parts, separators } = splitOutside(unwrap(withoutComments(expr)), /\b(and|or|unless)\b/gi);
  if (separators.some((word) => word.toLowerCase() === 'or')) return { fault: 'it is joined to another by "or"' };
  const own = parts.filter(usesPredictLinear);
  if (own.length !== 1) return { fault: 'it extrapolates in several places' };
  const comparison = splitOutside(unwrap(own[0]!), COMPARISON);
  const sides = readSides(comparison.parts, comparison.separators);
  if ('fault' in sides) return sides;
  const forecast = readForecast(sides.predicted);
  if ('fault' in forecast) return forecast;
  const conditions = parts.flatMap((part, i) => (part === own[0] ? [] : [`${separators[i - 1] ?? 'and'} ${part}`]));
  return { ...forecast, limit: sides.limit, conditions };
}

function readSides(
  parts: readonly string[],
  operators: readonly string[],
): { predicted: string; limit: number } | Fault {
  const [left, right] = parts;
  if (left === undefined || right === undefined || parts.length > 2)
    return { fault: 'it is not compared with one limit' };
  const isLeft = usesPredictLinear(left);
  const operator = operators[0]!.replace(/\s*bool$/, '');
  if (!(isLeft ? ['>', '>='] : ['<', '<=']).includes(operator)) {
    return { fault: 'it asks whether something runs low; more replicas follow only from load above a limit' };
  }
  const limit = constantValue(isLeft ? right : left);
  if (limit === undefined) return { fault: 'its limit is not a constant' };
  if (!(limit > 0)) return { fault: 'its limit is not above zero, and so no load that a replica could carry' };
  return { predicted: isLeft ? left : right, limit };
}

function readForecast(predicted: string): Omit<LinearForecast, 'limit' | 'conditions'> | Fault {
  const calls = [...outline(predicted, Infinity).matchAll(CALL)];
  const start = calls[0]!.index;
  const open = start + calls[0]![0].length - 1;
  const close = closingBracket(predicted, open);
  if (calls.length > 1 || close === undefined) return { fault: 'it extrapolates in several places' };
  const { parts } = splitOutside(predicted.slice(open + 1, close), /,/g);
  const seconds = constantValue(parts[1] ?? '');
  if (parts.length !== 2 || seconds === undefined || !(seconds > 0)) {
    return { fault: 'how far it extrapolates is not a constant' };
  }
  const inner = readRange(parts[0]!);
  if ('fault' in inner) return inner;
  const { query, ...times } = inner;
  return {
    ...times,
    query: unwrap(predicted.slice(0, start) + query + predicted.slice(close + 1)),
    horizonMs: seconds * 1_000,
  };
}

function readRange(selector: string): { query: string; rangeMs: number; stepMs: number | undefined } | Fault {
  const bracket = outline(selector, Infinity).lastIndexOf('[');
  const match = bracket === -1 ? null : RANGE.exec(selector.slice(bracket));
  const rangeMs = durationMs(match?.[1] ?? '');
  if (match === null || rangeMs === undefined) return { fault: 'what it extrapolates from cannot be read' };
  const [, , step, offset] = match;
  const query = unwrap(selector.slice(0, bracket));
  return {
    query: offset === undefined ? query : `${query} ${offset}`,
    rangeMs,
    stepMs: step === undefined || step === '' ? undefined : durationMs(step),
  };
}
