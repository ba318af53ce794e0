import { setTimeout as delay } from 'node:timers/promises';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { PrometheusSource } from '../../src/history/prometheus.js';
import { WorkloadRunner } from '../../src/run/workload-runner.js';
import { InProcessExecutor } from '../../src/train/in-process-executor.js';
import { QueuedTrainer } from '../../src/train/queued-trainer.js';
import { CountedMetrics, KeptLog } from '../../test/run/running.js';
import { aWorkload } from '../../test/support/fake-service-view.js';
import {
  json,
  startScriptedServer,
  text,
  type ReceivedRequest,
  type Reply,
} from '../../test/support/scripted-server.js';
import { FaultProxy } from './fault-proxy.js';
import { injectAt, type Rig } from './rig.js';

const STEP_MS = 2 * MINUTE_MS;

/** Steady, with a little of a daily curve: 7.2 to 7.8 replicas. */
function load(timeMs: number): number {
  return 75 + 3 * Math.sin((2 * Math.PI * timeMs) / DAY_MS);
}

/** Prometheus with a day of history, as far as a forecast trigger asks it. It knows nothing of the future. */
export async function startForecastRig(pollingIntervalMs: number): Promise<Rig> {
  const server = await startScriptedServer();
  const proxy = await FaultProxy.start(server.port);
  const always =
    (valueAt: (timeMs: number) => number | string | null, copies = 1) =>
    (): void => {
      server.always(prometheus((timeMs) => (timeMs > Date.now() ? null : valueAt(timeMs)), copies));
    };
  const answerWith = (reply: Reply) => (): void => {
    server.always(reply);
  };
  always(load)();
  return {
    name: 'forecast',
    attach: async ({ clock, store }) => {
      const metrics = new CountedMetrics();
      const address = `http://127.0.0.1:${proxy.port}`;
      const workload = aWorkload({
        endpoint: { address },
        historyWindowMs: DAY_MS,
        stepMs: STEP_MS,
        pollingIntervalMs,
        targetPerReplica: 10,
        activationThreshold: 0,
        bounds: { minReplicaCount: 0, maxReplicaCount: 100 },
        mode: 'active',
      });
      const runner = new WorkloadRunner({
        workload,
        source: new PrometheusSource({ address }, { random: Math.random }),
        store,
        trainer: new QueuedTrainer({ executor: new InProcessExecutor(), metrics, timer: () => performance.now() }),
        clock,
        metrics,
        logger: new KeptLog(),
        phase: 0,
        timer: () => performance.now(),
        longestWaitMs: SECOND_MS,
      });
      await runner.restore();
      return {
        trigger: { kind: 'forecast', index: 0, type: 'predictkube', name: 'tested', workload },
        beforeTick: async (signal) => {
          await runner.tick(signal);
          // The first forecast is made beside the first decision.
          if (runner.status.forecast === null) await delay(500);
        },
        decision: () => runner.status.decision,
        note: () => runner.status.decision?.state ?? 'undecided',
      };
    },
    inject: (fault) =>
      injectAt(proxy, fault, {
        NaN: always(() => 'NaN'),
        empty: always(() => null),
        'counter reset': always((timeMs) => (timeMs % (10 * STEP_MS) === 0 ? 0 : load(timeMs))),
        'duplicated series': always(load, 2),
        'absurdly large': always(() => '1e300'),
        'credentials revoked': answerWith(text(401, 'Unauthorized')),
      }),
    heal: async () => {
      always(load)();
      await proxy.heal();
    },
    close: async () => {
      await proxy.close();
      await server.close();
    },
  };
}

/** Answers instant and range queries. */
function prometheus(valueAt: (timeMs: number) => number | string | null, copies: number): Reply {
  const labels = Array.from({ length: copies }, (_, i) => (i === 0 ? {} : { pod: String(i) }));
  return async (request, response) => {
    const isInstant = request.path.endsWith('/query');
    const times = isInstant ? [Number(request.params.get('time'))] : rangeOf(request);
    const values = times
      .map((time) => [time, valueAt(time * 1_000)] as const)
      .filter(([, value]) => value !== null)
      .map(([time, value]) => [time, String(value)] as const);
    const series = values.length === 0 ? [] : labels;
    const result = series.map((metric) => (isInstant ? { metric, value: values[0] } : { metric, values }));
    const data = { resultType: isInstant ? 'vector' : 'matrix', result };
    await json({ status: 'success', data })(request, response);
  };
}

function rangeOf({ params }: ReceivedRequest): number[] {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(params.get(name))) as [
    number,
    number,
    number,
  ];
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
}
