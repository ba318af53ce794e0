import { setTimeout as delay } from 'node:timers/promises';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { PrometheusSource } from '../../src/history/prometheus.js';
import { WorkloadRunner } from '../../src/run/workload-runner.js';
import { InProcessExecutor } from '../../src/train/in-process-executor.js';
import { QueuedTrainer } from '../../src/train/queued-trainer.js';
import { CountedMetrics, KeptLog } from '../../test/run/running.js';
import { aWorkload } from '../../test/support/fake-service-view.js';
import type { Clock } from '../../src/core/clock.js';
import type { Store } from '../../src/core/store.js';
import type { Workload } from '../../src/core/workload.js';
import { startScriptedServer, text, type Reply } from '../../test/support/scripted-server.js';
import { type ContentFault, type NetworkFault, isNetworkFault } from './fault.js';
import { FaultProxy } from './fault-proxy.js';
import { prometheusAnswers } from './prometheus-answers.js';
import { COUNT, type Expected, type Rig, TARGET } from './rig.js';

const STEP_MS = 2 * MINUTE_MS;
const LONGEST_TRAINING_MS = 20 * SECOND_MS;

const FRESH: Expected = { state: 'known, fresh', reason: /forecast/i };

/** Failed requests are tried again: where a retry is under way when the time is up, that is what is told. */
const NETWORK_REASONS: Readonly<Record<NetworkFault, RegExp>> = {
  down: /reset|closed|hang up|no answer from the source within 1s/i,
  refused: /refused|no answer from the source within 1s/i,
  hung: /no answer from the source within 1s/,
  slow: /no answer from the source within 1s/,
  partial: /reset|closed|hang up|aborted|no answer from the source within 1s/i,
};

interface Change extends Expected {
  readonly make: () => void;
}

/** The forecast stands in, or the last value does, and the reason says what is wrong. */
function carriesOn(trouble: RegExp): Expected {
  return { state: 'known, degraded', reason: trouble };
}

/** Steady, with a little of a daily curve: 7.2 to 7.8 replicas. */
function load(timeMs: number): number {
  return COUNT + 3 * Math.sin((2 * Math.PI * timeMs) / DAY_MS);
}

/** Prometheus with a day of history, as far as a forecast trigger asks it. It knows nothing of the future. */
export async function startForecastRig(pollingIntervalMs: number): Promise<Rig> {
  const server = await startScriptedServer();
  const proxy = await FaultProxy.start(server.port);
  const always =
    (valueAt: (timeMs: number) => number | string | null, copies = 1) =>
    (): void => {
      server.always(prometheusAnswers((timeMs) => (timeMs > Date.now() ? null : valueAt(timeMs)), copies));
    };
  const answerWith = (reply: Reply) => (): void => {
    server.always(reply);
  };
  always(load)();
  const changes: Readonly<Record<ContentFault, Change>> = {
    NaN: { make: always(() => 'NaN'), ...carriesOn(/no number now .*NaN/) },
    empty: { make: always(() => null), ...carriesOn(/no number now \(no series/) },
    'counter reset': { make: always((timeMs) => (timeMs % (10 * STEP_MS) === 0 ? 0 : load(timeMs))), ...FRESH },
    'duplicated series': { make: always(load, 2), ...carriesOn(/2 series/) },
    'absurdly large': { make: always(() => '1e300'), ...carriesOn(/no number now .*absurdly large/) },
    'credentials revoked': { make: answerWith(text(401, 'Unauthorized')), ...carriesOn(/401/) },
  };
  return {
    name: 'forecast',
    exemption: () => null,
    attach: async ({ clock, store }) => {
      const workload = workloadAt(`http://127.0.0.1:${proxy.port}`, pollingIntervalMs);
      const runner = runnerOf(workload, clock, store);
      await runner.restore();
      return {
        trigger: { kind: 'forecast', index: 0, type: 'predictkube', name: 'tested', workload },
        beforeTick: async (signal) => {
          await runner.tick(signal);
          // The first forecast is made beside the first decision.
          for (let waited = 0; runner.status.forecast === null && waited < LONGEST_TRAINING_MS; waited += 50) {
            await delay(50);
          }
        },
        decision: () => runner.status.decision,
      };
    },
    inject: async (fault) => {
      if (isNetworkFault(fault)) {
        await proxy.inject(fault);
        return carriesOn(NETWORK_REASONS[fault]);
      }
      changes[fault].make();
      return changes[fault];
    },
    expectedOf: (fault) => (fault === 'clock forward' ? carriesOn(/no number now/) : FRESH),
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

function workloadAt(address: string, pollingIntervalMs: number): Workload {
  return aWorkload({
    endpoint: { address },
    historyWindowMs: DAY_MS,
    stepMs: STEP_MS,
    pollingIntervalMs,
    targetPerReplica: Number(TARGET),
    activationThreshold: 0,
    bounds: { minReplicaCount: 0, maxReplicaCount: 100 },
    mode: 'active',
  });
}

function runnerOf(workload: Workload, clock: Clock, store: Store): WorkloadRunner {
  const metrics = new CountedMetrics();
  const timer = (): number => performance.now();
  return new WorkloadRunner({
    workload,
    source: new PrometheusSource({ address: workload.endpoint.address }, { random: Math.random }),
    store,
    trainer: new QueuedTrainer({ executor: new InProcessExecutor(), metrics, timer }),
    clock,
    metrics,
    logger: new KeptLog(),
    phase: 0,
    timer,
    longestWaitMs: SECOND_MS,
  });
}
