import { DURATION_SYNTAX } from '../core/duration.js';
import type { ParameterDeclaration, ParameterDeclarations, ParameterValue } from '../core/trigger-parameters.js';
import type { Parameter, Parameters } from './parameters.js';
import {
  readFlag,
  readInteger,
  readIntegers,
  readMap,
  readNumber,
  readQuery,
  readTimeout,
  splitList,
} from './parameter-syntax.js';
import { didYouMean } from './suggest.js';

type Type = keyof ParameterValue;
type Value = ParameterValue[Type];

interface Syntax<T extends Type> {
  readonly message: string;
  readonly accepted: string;
  /** @returns undefined for a text that is none of this type */
  readonly read: (text: string) => ParameterValue[T] | undefined;
}

const SYNTAX: { readonly [T in Type]: Syntax<T> } = {
  text: { message: 'not a text', accepted: 'a text', read: (text) => text },
  integer: { message: 'not a whole number', accepted: 'a whole number such as 5', read: readInteger },
  number: { message: 'not a number', accepted: 'a number such as 100, 0.5 or 1e3', read: readNumber },
  flag: { message: 'not a boolean', accepted: 'true or false', read: readFlag },
  duration: {
    message: 'not a duration',
    accepted: `${DURATION_SYNTAX}, or a number of milliseconds`,
    read: readTimeout,
  },
  list: { message: 'not a list', accepted: 'values separated by commas', read: readItems },
  map: { message: 'not a list of pairs', accepted: 'pairs such as a=1,b=2', read: readMap },
  integers: { message: 'not a list of numbers', accepted: 'numbers and ranges such as 1,3-5', read: readIntegers },
  query: { message: 'not a query string', accepted: 'pairs such as a=1&b=2', read: readQuery },
};

/** What became of the declared parameters of one trigger. */
export interface DeclaredValues {
  /** By name, defaults filled in; undefined: not given, or rejected. */
  readonly values: Readonly<Record<string, Value | undefined>>;
  /** Where the values that were given stand. */
  readonly given: ReadonlyMap<string, Parameter>;
  /** Those of the given texts that are or contain credentials. */
  readonly secrets: readonly string[];
}

/** Reads all parameters of a declaration; whatever is wrong is reported. */
export function readDeclared(
  parameters: Parameters,
  declarations: ParameterDeclarations,
  feedsFormula: boolean,
): DeclaredValues {
  const values: Record<string, Value | undefined> = {};
  const given = new Map<string, Parameter>();
  const secrets: string[] = [];
  for (const [name, declaration] of Object.entries(declarations)) {
    const { aliases = [], places: from, secret, deprecated, default: standard } = declaration;
    const required = declaration.required === true || (declaration.required === 'outside-formula' && !feedsFormula);
    const found = parameters.text([name, ...aliases], { required, from });
    if (found === undefined) {
      values[name] = standard === undefined ? undefined : SYNTAX[declaration.type].read(standard);
      continue;
    }
    const parameter = secret === true ? { ...found, shown: undefined } : found;
    given.set(name, parameter);
    if (deprecated !== undefined) parameters.warn(parameter, `${name} is deprecated: ${deprecated}`);
    const value = readValue(parameters, parameter, declaration);
    values[name] = value;
    // Of pairs each value is sent by itself.
    if (secret === true)
      secrets.push(found.value, ...(value instanceof Map ? (value as ReadonlyMap<string, string>).values() : []));
  }
  return { values, given, secrets };
}

function readValue(
  parameters: Parameters,
  parameter: Parameter,
  { type, allowed, range }: ParameterDeclaration,
): Value | undefined {
  const { message, accepted, read } = SYNTAX[type];
  const value = parameters.read<Value>(parameter, message, accepted, read)?.value;
  if (value === undefined) return undefined;
  const items = typeof value === 'string' ? [value] : Array.isArray(value) ? value.map(String) : [];
  const unknown = items.find((item) => allowed?.includes(item) === false);
  if (allowed !== undefined && unknown !== undefined) {
    const suggestion = parameter.shown === undefined ? '' : didYouMean(unknown, allowed);
    parameters.reject(parameter, `unknown value${suggestion}`, allowed.join(', '));
    return undefined;
  }
  if (typeof value === 'number' && range !== undefined && (range === 'positive' ? value <= 0 : value < 0)) {
    const bound = range === 'positive' ? 'greater than 0' : 'at least 0';
    parameters.reject(parameter, `must be ${bound}`, accepted);
    return undefined;
  }
  return value;
}

/** KEDA's lists, without the empty items that a comma too many leaves. */
function readItems(text: string): readonly string[] | undefined {
  const items = splitList(text).filter((item) => item !== '');
  return items.length === 0 ? undefined : items;
}
