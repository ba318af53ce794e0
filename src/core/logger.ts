/**
 * The part of a structured logger that tidecast uses; pino fits. Levels by what a person must do: `error` wake up,
 * `warn` look during the day, `info` nothing, `debug` only when asked to.
 */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const silentLogger: Logger = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
});
