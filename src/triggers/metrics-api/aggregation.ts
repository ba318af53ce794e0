import PQueue from 'p-queue';
import { TriggerError } from '../../core/errors.js';

/** How the numbers of several endpoints become one, the default first. */
export const AGGREGATIONS = ['average', 'sum', 'max', 'min'] as const;

export type Aggregation = (typeof AGGREGATIONS)[number];

/** As in KEDA. */
const MOST_AT_ONCE = 5;

export interface Asked {
  readonly urls: readonly string[];
  /** Rejects where an endpoint cannot be asked, or has no number. */
  readonly ask: (url: string) => Promise<number>;
  /** What went wrong with one endpoint, in words that may be shown. */
  readonly describe: (url: string, error: unknown) => string;
}

/**
 * Asks all endpoints, at most five at a time, and puts their numbers together. KEDA leaves out endpoints that fail. That
 * would lower a sum, and may lower a maximum or a mean, by what is only not known; it can but raise a minimum. So for a
 * minimum they are left out, and otherwise the value is not known.
 *
 * @throws {TriggerError} an endpoint fails without which the value may be too low, or all of them do
 */
export async function aggregateEndpoints({ urls, ask, describe }: Asked, aggregation: Aggregation): Promise<number> {
  const queue = new PQueue({ concurrency: MOST_AT_ONCE });
  const outcomes = await Promise.all(
    urls.map((url) =>
      queue.add(() =>
        ask(url).then(
          (value) => ({ value }),
          (error: unknown) => ({ fault: describe(url, error) }),
        ),
      ),
    ),
  );
  const values = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []));
  const [fault, ...further] = outcomes.flatMap((outcome) => ('fault' in outcome ? [outcome.fault] : []));
  if (fault !== undefined && (aggregation !== 'min' || values.length === 0)) {
    throw new TriggerError(`${further.length + 1} of ${urls.length} endpoints failed: ${fault}`);
  }
  return combine(values, aggregation);
}

function combine(values: readonly number[], aggregation: Aggregation): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (aggregation) {
    case 'sum':
      return sum;
    case 'average':
      return sum / values.length;
    case 'max':
      return values.reduce((largest, value) => Math.max(largest, value));
    case 'min':
      return values.reduce((smallest, value) => Math.min(smallest, value));
  }
}
