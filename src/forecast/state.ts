/**
 * Checks that saved state belongs to this model and format before it is trusted. A mismatch costs a refit, never a wrong
 * number.
 *
 * @throws {RangeError} state of another model or format version
 */
export function checkState(json: unknown, model: string, format: number): asserts json is object {
  const state = json as { model?: unknown; format?: unknown } | null;
  if (state === null || typeof state !== 'object' || state.model !== model || state.format !== format) {
    throw new RangeError(`saved state is not of ${model}, format ${format}`);
  }
}
