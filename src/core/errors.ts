/**
 * Every error tidecast raises on purpose. Codes are stable and documented in `docs/errors.md` (a test keeps the two
 * equal); messages name the thing, the value received and what would be accepted, and never contain a secret.
 */
export abstract class TidecastError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The history source did not answer, or answered that it cannot now (timeout, refused, 5xx, 429). Worth a retry. */
export class HistoryUnavailableError extends TidecastError {
  readonly code = 'TC_HISTORY_UNAVAILABLE';
}

/** The history source understood and refused: a bad query, a range it will not serve, wrong credentials (4xx). */
export class HistoryQueryError extends TidecastError {
  readonly code = 'TC_HISTORY_QUERY';
}

/** The history source sent something that is not an answer in its protocol, or more than the limit. */
export class HistoryResponseError extends TidecastError {
  readonly code = 'TC_HISTORY_RESPONSE';
}

/** A query returned several series where one was expected. The message names the labels that tell them apart. */
export class MultipleSeriesError extends TidecastError {
  readonly code = 'TC_MULTIPLE_SERIES';
}

/** A recorded file (CSV) cannot be read as a series. The message carries the line number. */
export class HistoryFileError extends TidecastError {
  readonly code = 'TC_HISTORY_FILE';
}

/**
 * Fewer known samples than a model needs. `neededSamples` is Infinity for a model that needs a season where the data show
 * none: no amount of history will do.
 */
export class InsufficientHistoryError extends TidecastError {
  readonly code = 'TC_INSUFFICIENT_HISTORY';

  constructor(
    readonly knownSamples: number,
    readonly neededSamples: number,
    model: string,
  ) {
    super(
      neededSamples === Infinity
        ? `${model} needs a season, and the data show none`
        : `${model} needs at least ${neededSamples} known samples, got ${knownSamples}`,
    );
  }
}

/** Configuration that cannot be used, or nothing to serve in it. Its problems are values, reported all at once before. */
export class ConfigError extends TidecastError {
  readonly code = 'TC_CONFIG';
}

/** A command line that cannot be used: an unknown name, a value out of range, flags that exclude each other. */
export class UsageError extends TidecastError {
  readonly code = 'TC_USAGE';
}

/** A command was well put and could not be carried out: a service that does not answer, a file that may not be written. */
export class CommandError extends TidecastError {
  readonly code = 'TC_COMMAND';
}

/** The store cannot be opened, read or written. Decisions go on from memory. */
export class StoreError extends TidecastError {
  readonly code = 'TC_STORE';
}

/** A model could not be trained: the task failed, or its thread crashed or hung. The model before it goes on serving. */
export class TrainingError extends TidecastError {
  readonly code = 'TC_TRAINING';
}

/** kube-apiserver refused, or did not answer. The message never holds what was sent: it may have been a token. */
export class KubernetesError extends TidecastError {
  readonly code = 'TC_KUBERNETES';

  /** @param status HTTP status of the answer; undefined: there was none */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** What a reactive trigger watches cannot be reached, refuses, or answers what cannot be used. Its value is unknown, not 0. */
export class TriggerError extends TidecastError {
  readonly code = 'TC_TRIGGER';
}
