/** The part of a JSON schema that a sentence can tell. */
export interface SchemaNode {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/**
 * What a schema accepts, in words that continue "expected ...".
 *
 * @param schema undefined: a place that the schema does not describe
 */
export function describeSchema(schema: SchemaNode | undefined): string {
  if (schema?.enum !== undefined) return `one of ${schema.enum.map(String).join(', ')}`;
  switch (schema?.type) {
    case 'integer':
      return `a whole number${range(' from', schema.minimum, schema.maximum)}`;
    case 'number':
      return `a number${range(' from', schema.minimum, schema.maximum)}`;
    case 'string': {
      const length = range(' of', schema.minLength, schema.maxLength);
      return `a single text${length && `${length} characters`}`;
    }
    case 'boolean':
      return 'true or false';
    case 'array': {
      const bound = schema.maxItems === undefined ? '' : ` of at most ${schema.maxItems}`;
      return `a list${bound}, each ${describeSchema(schema.items)}`;
    }
    case 'object':
      return `a JSON object with ${Object.keys(schema.properties ?? {}).join(', ') || 'nothing in it'}`;
    default:
      return 'something else';
  }
}

function range(from: string, minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `${from} ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}
