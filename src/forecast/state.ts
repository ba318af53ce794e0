/**
 * Checks that saved state belongs to this model and format before it is trusted. A mismatch costs a refit, never a wrong
 * number.
 *
 * @throws {RangeError} state of another model or format version
 */
export function checkState(json: unknown, model: string, format: number): asserts json is object {
  if (!isStateOf(json, model, format)) throw new RangeError(`saved state is not of ${model}, format ${format}`);
}

/** Whether saved state belongs to this model and format. */
export function isStateOf(json: unknown, model: string, format: number): json is object {
  const state = json as { model?: unknown; format?: unknown } | null | undefined;
  return typeof state === 'object' && state !== null && state.model === model && state.format === format;
}
