/** Errors of the client as far as they are looked at. */
interface KafkaError extends Error {
  /** Kafka's name of an error that a broker answered. */
  readonly type?: string;
}

/** What the client wraps: it says that it has tried often enough. */
export function inOurWords(error: unknown): unknown {
  const isWrapped = error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
  return isWrapped && error.cause instanceof Error ? error.cause : error;
}

/** Whether a broker answered that there is no such topic; it says so too of one that the user may not see. */
export function isUnknownTopic(error: unknown): boolean {
  return (inOurWords(error) as KafkaError | null)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';
}
