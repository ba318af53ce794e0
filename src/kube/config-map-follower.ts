import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/logger.js';
import type { KubeClient } from './kube-client.js';

export interface ConfigMapFollowerProps {
  readonly client: Pick<KubeClient, 'get' | 'untilEvent'>;
  readonly namespace: string;
  readonly name: string;
  /** Gets the data at the start and after every change. */
  readonly onData: (data: Readonly<Record<string, string>>) => void;
  /** Gets the reason each time it cannot be read. */
  readonly onProblem: (problem: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The server ends the watch after this long; so it is read anew at least as often. */
const WATCH_SECONDS = 60;
/** A watch that has not been ended by then is dead. */
const WATCH_DEADLINE_MS = 75_000;
/** Between two readings, whatever a server does that ends watches at once. */
const MIN_PERIOD_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Reads one ConfigMap, and reads it again whenever something happens to it, and once a minute. The watch only says when
 * to look: nothing is lost when it is cut or silent.
 *
 * @returns when `signal` is aborted; never throws
 */
export async function followConfigMap(props: ConfigMapFollowerProps, signal: AbortSignal): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    try {
      await readAndWatch(props, signal);
      failures = 0;
    } catch (error) {
      if (isOver()) return;
      failures++;
      const { namespace, name, onProblem, logger } = props;
      const problem = (error as Error).message;
      onProblem(problem);
      logger.warn(
        { configMap: `${namespace}/${name}`, problem, failures },
        'a ConfigMap cannot be followed; trying again',
      );
    }
    const pauseMs = Math.min(MIN_PERIOD_MS * 2 ** failures, MAX_BACKOFF_MS);
    await props.clock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

async function readAndWatch(props: ConfigMapFollowerProps, signal: AbortSignal): Promise<void> {
  const { client, namespace, name, onData } = props;
  const list = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
  const { data = {}, metadata } = await client.get<V1ConfigMap>(`${list}/${encodeURIComponent(name)}`, signal);
  onData(data);
  const query = new URLSearchParams({
    watch: 'true',
    fieldSelector: `metadata.name=${name}`,
    timeoutSeconds: String(WATCH_SECONDS),
    resourceVersion: metadata?.resourceVersion ?? '',
  });
  await client.untilEvent(`${list}?${query.toString()}`, { deadlineMs: WATCH_DEADLINE_MS, signal });
}
