import axios from 'axios';
import { hideCredentials } from '../config/prometheus-address.js';
import { CommandError, UsageError } from '../core/errors.js';

/**
 * One list of a running service.
 *
 * @param list the member of the answer that must be a list: by it tidecast is told from whatever else may listen there
 * @throws {CommandError} the service cannot be reached, refuses (with its own words), or is another one
 * @throws {UsageError} the service finds the request wrong, which is that of the command line
 */
export async function get<T>(
  baseURL: string,
  path: string,
  list: keyof T & string,
  signal: AbortSignal,
  params: Record<string, string>,
): Promise<T> {
  const data = await request(baseURL, path, signal, params);
  if (isObject(data) && Array.isArray(data[list])) return data as T;
  throw new CommandError(
    `${hideCredentials(baseURL)}${path}: the answer is not that of tidecast; expected --url to name its base URL`,
  );
}

/** @throws as {@link get} */
export async function request(
  baseURL: string,
  path: string,
  signal: AbortSignal,
  params: Record<string, string>,
): Promise<unknown> {
  try {
    const { data } = await axios.get<unknown>(path, { baseURL, params, signal, timeout: 10_000 });
    return data;
  } catch (error) {
    if (!axios.isAxiosError<unknown>(error)) throw error;
    const body = error.response?.data;
    const detail = isObject(body) && typeof body['detail'] === 'string' ? body['detail'] : error.message;
    const message = `${hideCredentials(baseURL)}${path}: ${detail === '' ? String(error.code) : detail}`;
    throw error.response?.status === 400
      ? new UsageError(message, { cause: error })
      : new CommandError(message, { cause: error });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
