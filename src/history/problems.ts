import {
  HistoryQueryError,
  HistoryResponseError,
  HistoryUnavailableError,
  MultipleSeriesError,
} from '../core/errors.js';
import { excerpt } from './excerpt.js';
import type { Target } from './target.js';

/**
 * Makes the errors of one query. They name the source and the query, and their text is free of the source's
 * credentials. The HTTP client's own errors are not attached as `cause`: they carry the request with its headers.
 */
export interface Problems {
  /** @param why completes "did not answer ...:" */
  unavailable(why: string): HistoryUnavailableError;
  /** @param why completes "refused ...:" */
  refused(why: string): HistoryQueryError;
  /** @param why completes "sent an answer that cannot be used ...:" */
  unusable(why: string): HistoryResponseError;
  /** @param why completes "returned several series where one is expected ...:" */
  several(why: string): MultipleSeriesError;
}

export function problemsOf({ shown, scrub }: Pick<Target, 'shown' | 'scrub'>, query: string): Problems {
  const message = (did: string, why: string): string => scrub(`${shown} ${did} the query ${excerpt(query)}: ${why}`);
  return {
    unavailable: (why) => new HistoryUnavailableError(message('did not answer', why)),
    refused: (why) => new HistoryQueryError(message('refused', why)),
    unusable: (why) => new HistoryResponseError(message('sent an unusable answer to', why)),
    several: (why) => new MultipleSeriesError(message('returned several series where one is expected for', why)),
  };
}
