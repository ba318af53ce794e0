/** What a request asks for beside its path. Other `ListOptions` of Kubernetes mean nothing for one value. */
export interface ListOptions {
  /** The value of `labelSelector`; empty when there is none. */
  readonly selector: string;
  readonly isWatch: boolean;
}

/** @param url with its query, which the aggregator re-encodes as a form: a space is "+" */
export function listOptions(url: string): ListOptions {
  const query = new URLSearchParams(url.replace(/^[^?]*/, ''));
  const watch = query.get('watch');
  // Kubernetes reads any value but these as true.
  const isWatch = watch !== null && watch !== '0' && watch.toLowerCase() !== 'false';
  return { selector: query.get('labelSelector') ?? '', isWatch };
}
