import { DAY_MS, SECOND_MS } from '../../src/core/duration.js';
import { DEFAULT_HPA, HpaController } from '../../src/simulate/hpa/controller.js';
import { averageValueProposal } from '../../src/simulate/hpa/external-metric.js';
import { fixedDelay } from '../../src/simulate/pods/delay.js';
import { DEFAULT_PODS, PodFleet } from '../../src/simulate/pods/pod-fleet.js';
import { seededRandom } from '../../src/core/random.js';
import { testAuthority } from '../../test/support/pki.js';
import { startPrometheus } from '../../test/support/prometheus.js';
import { startRabbitmq } from '../../test/support/rabbitmq.js';
import { TICK_S, burstIn, dailyRate, publishedCounter, publishedIn, type Burst } from './load.js';
import { OrdersQueue, QUEUE } from './orders-queue.js';
import { SteppedService } from './stepped-service.js';

/** A job takes two seconds. */
export const PER_REPLICA = 0.5;
export const DRAIN_S = 120;
/** From being asked for to being ready. */
export const START_S = 180;
const THRESHOLD = 0.4;
const HISTORY_DAYS = 7;
const BOUNDS = { min: 1, max: 80 };
const FORECAST_METRIC = 's0-predictkube-predictkube_metric';
const QUEUE_METRIC = `s1-rabbitmq-${QUEUE}`;
const QUEUE_TARGET = PER_REPLICA * DRAIN_S;

export interface RunOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly burst: Burst;
  readonly seed: number;
  readonly onTick?: (tick: Tick) => void;
}

/** One step of the run, at its end. */
export interface Tick {
  readonly atMs: number;
  /** Messages per second, those of the burst included. */
  readonly arriving: number;
  /** Messages per second that the day's rate is, without noise and burst. */
  readonly expected: number;
  readonly waiting: number;
  /** Longest and mean wait of the messages taken in this step, in seconds; null: none was taken. */
  readonly longestAgeS: number | null;
  /** Ages of all messages taken, in seconds, by how many. */
  readonly ages: ReadonlyMap<number, number>;
  /** Served values over their targets: the replicas that each trigger asks for; null: an error. */
  readonly askedByForecast: number | null;
  readonly askedByQueue: number | null;
  readonly origin: string;
  readonly replicas: number;
  readonly ready: number;
  readonly billed: number;
}

/** Consumers that are exactly enough for the daily load. */
export function needed({ expected }: Tick): number {
  return expected / PER_REPLICA;
}

/**
 * A day of a queue, end to end: a real RabbitMQ, a real Prometheus that has scraped what was published, tidecast in local mode,
 * and an HPA that asks it over HTTP for both metrics and scales simulated consumers.
 */
export async function runEndToEnd({ fromMs, toMs, burst, seed, onTick }: RunOptions): Promise<Tick[]> {
  const authority = await testAuthority('end to end');
  const server = await authority.issue('localhost');
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const broker = await startRabbitmq({ username: 'orders', password: 'orders', tls: { server, authority } });
    ends.push(() => broker.stop());
    const openMetrics = publishedCounter(fromMs - HISTORY_DAYS * DAY_MS, toMs, seed);
    const prometheus = await startPrometheus({ openMetrics });
    ends.push(() => prometheus.stop());
    const amqp = `amqp://orders:orders@127.0.0.1:${broker.amqpPort}/`;
    const queue = await OrdersQueue.open(amqp);
    ends.push(() => queue.close());
    const service = await SteppedService.start(scaledObject(amqp, prometheus.url), fromMs);
    ends.push(() => service.stop());
    return await play({ fromMs, toMs, burst, seed, onTick: onTick ?? (() => undefined) }, queue, service);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function play(
  { fromMs, toMs, burst, seed, onTick }: Required<RunOptions>,
  queue: OrdersQueue,
  service: SteppedService,
): Promise<Tick[]> {
  const hpa = new HpaController(DEFAULT_HPA, BOUNDS);
  const fleet = new PodFleet({ ...DEFAULT_PODS, startup: fixedDelay(START_S) }, seededRandom(seed));
  fleet.settle(fromMs / SECOND_MS, Math.ceil(dailyRate(fromMs) / THRESHOLD));
  const ticks: Tick[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += TICK_S * SECOND_MS) {
    const atMs = startMs + TICK_S * SECOND_MS;
    const [atS, published] = [atMs / SECOND_MS, publishedIn(startMs, seed) + burstIn(startMs, burst)];
    await queue.publish(startMs, published);
    // Work that arrives evenly over a step waits no longer for being taken at once.
    const taken = await queue.take(Math.round(fleet.ready * PER_REPLICA * TICK_S));
    await service.advanceTo(atMs);
    fleet.advance(atS);
    const [forecast, drain] = await Promise.all([service.metric(FORECAST_METRIC), service.metric(QUEUE_METRIC)]);
    const counts = { spec: fleet.replicas, status: fleet.replicas, ready: fleet.ready, existing: fleet.existing };
    const proposal = (value: number | null, target: number): number | null =>
      value === null ? null : averageValueProposal(value * 1_000, target * 1_000, counts, hpa.tolerance);
    const proposals = (): (number | null)[] => [proposal(forecast, THRESHOLD), proposal(drain, QUEUE_TARGET)];
    fleet.resize(atS, hpa.sync(atS, counts, proposals).replicas);
    const ages = new Map<number, number>();
    for (const publishedMs of taken) {
      const ageS = (startMs - publishedMs) / SECOND_MS;
      ages.set(ageS, (ages.get(ageS) ?? 0) + 1);
    }
    const tick: Tick = {
      atMs,
      arriving: published / TICK_S,
      expected: dailyRate(startMs),
      waiting: await queue.waiting(),
      longestAgeS: ages.size === 0 ? null : Math.max(...ages.keys()),
      ages,
      askedByForecast: forecast === null ? null : forecast / THRESHOLD,
      askedByQueue: drain === null ? null : drain / QUEUE_TARGET,
      origin: service.said.decision.origin,
      replicas: fleet.replicas,
      ready: fleet.ready,
      billed: fleet.billed,
    };
    ticks.push(tick);
    onTick(tick);
  }
  return ticks;
}

function scaledObject(amqp: string, prometheusAddress: string): string {
  return `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: orders-worker, namespace: shop }
spec:
  scaleTargetRef: { name: orders-worker }
  pollingInterval: ${TICK_S}
  minReplicaCount: ${BOUNDS.min}
  maxReplicaCount: ${BOUNDS.max}
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: ${prometheusAddress}
        query: sum(rate(orders_published_total[2m]))
        queryStep: 1m
        historyTimeWindow: ${HISTORY_DAYS}d
        predictHorizon: 1h
        threshold: '${THRESHOLD}'
        leadTime: 5m
    - type: rabbitmq
      metadata:
        host: ${amqp}
        queueName: ${QUEUE}
        mode: QueueLength
        value: '${QUEUE_TARGET}'
        drainTime: ${DRAIN_S}s
        perReplica: '${PER_REPLICA}'
`;
}
