import { Type, type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';

/** An object with these fields and no others. */
export function object<P extends TProperties>(properties: P, description?: string): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...(description !== undefined && { description }) });
}

/** As {@link object}, under a name of its own in the OpenAPI document; see {@link reference}. */
export function component<P extends TProperties>($id: string, properties: P, description: string): Component<P> {
  return Type.Object(properties, { $id, additionalProperties: false, description }) as Component<P>;
}

type Component<P extends TProperties> = TObject<P> & { readonly $id: string };

/**
 * Refers to a schema registered under its `$id`, so that the OpenAPI document names it once instead of repeating it.
 */
export function reference<T extends TSchema & { readonly $id: string }>(schema: T): TUnsafe<Static<T>> {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` });
}

/** The same schema, admitting null as well: null is what is not known, or does not apply. */
export function nullable<T extends TSchema>(schema: T, description?: string): TUnsafe<Static<T> | null> {
  const { type, enum: values, ...rest } = schema as { type?: unknown; enum?: readonly unknown[] };
  const admitsNull =
    type === undefined
      ? { anyOf: [schema, { type: 'null' }] }
      : { ...rest, type: [type, 'null'], ...(values && { enum: [...values, null] }) };
  return Type.Unsafe<Static<T> | null>({ ...admitsNull, ...(description !== undefined && { description }) });
}

/** One of a few words. */
export function words<T extends string>(values: readonly T[], description: string): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: values, description });
}

/** A moment, as an RFC 3339 string in UTC. */
export const Time = Type.String({ format: 'date-time', description: 'RFC 3339, in UTC' });

/** A duration in seconds. */
export const Seconds = Type.Number({ description: 'Seconds' });

/** Epoch milliseconds as an RFC 3339 string in UTC, without the fraction where it is zero. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** As {@link isoTime}; null stays null. */
export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

/** JSON has no NaN and no infinity; both mean that there is no number. */
export function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
