/** Freezes plain data with all that it holds, and returns it. */
export function deepFreeze<T extends object>(data: T): T {
  for (const value of Object.values(data) as unknown[]) {
    if (typeof value === 'object' && value !== null) deepFreeze(value);
  }
  return Object.freeze(data);
}
