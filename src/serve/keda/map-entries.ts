/** protobufjs' description of a namespace or message, as far as maps are concerned. */
export interface Described {
  readonly fields?: Readonly<Record<string, { readonly keyType?: string; readonly type: string; readonly id: number }>>;
  readonly nested?: Readonly<Record<string, object>>;
}

/**
 * The same contract with each map written out as what it is on the wire: a repeated message `{Field}Entry` of key and value.
 * Reflection needs it: protobufjs leaves out the `Entry`, and Go's clients, grpcurl among them, refuse such a description.
 *
 * @see https://protobuf.dev/programming-guides/proto3/#maps
 */
export function withMapEntries(described: Described): Described {
  const fields = Object.entries(described.fields ?? {});
  const entries = fields.flatMap(([name, { keyType, type }]) =>
    keyType === undefined ? [] : [[entryName(name), mapEntry(keyType, type)] as const],
  );
  const nested = Object.entries(described.nested ?? {}).map(([name, inner]) => [name, withMapEntries(inner)] as const);
  return {
    ...described,
    ...(fields.length > 0 && {
      fields: Object.fromEntries(fields.map(([name, field]) => [name, written(name, field)])),
    }),
    ...(nested.length + entries.length > 0 && { nested: Object.fromEntries([...nested, ...entries]) }),
  };
}

type Field = NonNullable<Described['fields']>[string];

function written(name: string, field: Field): Field {
  return field.keyType === undefined ? field : ({ rule: 'repeated', type: entryName(name), id: field.id } as Field);
}

function mapEntry(keyType: string, type: string): Described {
  const fields = { key: { type: keyType, id: 1 }, value: { type, id: 2 } };
  return { options: { map_entry: true }, fields } as Described;
}

/** As protoc names it: `scalerMetadata` has `ScalerMetadataEntry`. */
function entryName(field: string): string {
  const words = field.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Entry`;
}
