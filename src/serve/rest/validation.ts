import type { FastifySchemaCompiler } from 'fastify';
import { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { describeSchema, type SchemaNode } from './describe-schema.js';
import { invalidRequest, type FieldProblem } from './problem.js';

type Part = FieldProblem['in'];

/**
 * Compiles the schema of a part of a request into a check that answers with every value that is not accepted. Nothing
 * is converted but whole numbers in a query string, which can only arrive as text.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const part: Part = httpPart === 'querystring' ? 'query' : httpPart === 'params' ? 'path' : 'body';
  return (input: unknown) => {
    const value = part === 'query' ? readIntegers(schema, input) : input;
    if (validator.Check(value)) return { value };
    return {
      error: invalidRequest(fieldProblems(schema, part, value, validator.Errors(value))),
    };
  };
};

/** Text that is a whole number becomes one where the schema asks for an integer; everything else is left as it came. */
function readIntegers(schema: SchemaNode, query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  const read = ([name, value]: [string, unknown]): [string, unknown] => {
    const wantsInteger = schema.properties?.[name]?.type === 'integer';
    return [name, wantsInteger && typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value];
  };
  return Object.fromEntries(Object.entries(query).map(read));
}

/** At most eight, which is where TypeBox stops. */
function fieldProblems(
  schema: SchemaNode,
  part: Part,
  value: unknown,
  errors: readonly TLocalizedValidationError[],
): FieldProblem[] {
  return errors.flatMap((error): FieldProblem[] => {
    // Says once more, all together, what an error of the keyword `boolean` has said of each unknown field.
    if (error.keyword === 'additionalProperties') return [];
    const path = error.instancePath.split('/').slice(1).map(unescapePointer);
    const node = nodeAt(schema, path);
    if (error.keyword === 'required') {
      return error.params.requiredProperties.map((name) => ({
        in: part,
        field: fieldName([...path, name]),
        accepted: describeSchema(node?.properties?.[name]),
      }));
    }
    const isUnknown = error.keyword === 'boolean';
    const accepted = isUnknown ? onlyFieldsOf(nodeAt(schema, path.slice(0, -1))) : describeSchema(node);
    return [{ in: part, field: fieldName(path), received: path.reduce<unknown>(child, value), accepted }];
  });
}

function nodeAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((at, key) => at?.properties?.[key] ?? at?.items, schema);
}

function onlyFieldsOf(node: SchemaNode | undefined): string {
  const names = Object.keys(node?.properties ?? {});
  return names.length === 0 ? 'none at all' : `only ${names.join(', ')}`;
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function fieldName(path: readonly string[]): string {
  return path.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
