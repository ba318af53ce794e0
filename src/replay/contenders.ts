import { formatDuration, SECOND_MS } from '../core/duration.js';
import { DEFAULT_HPA, type ReplicaBounds } from '../simulate/hpa/controller.js';
import { cronMinimums, hourlyMinimums } from '../simulate/policies/cron-minimums.js';
import { fourierReplay } from '../simulate/policies/fourier-replay.js';
import { kedastralBaseline } from '../simulate/policies/kedastral-baseline.js';
import { obedient, oracle } from '../simulate/policies/oracle.js';
import { predictLinear } from '../simulate/policies/predict-linear.js';
import { predictKube } from '../simulate/policies/predictkube.js';
import { replicaHoltWinters } from '../simulate/policies/replica-holt-winters.js';
import { seasonalNaiveMax } from '../simulate/policies/seasonal-naive-max.js';
import { servedValues } from '../simulate/policies/served-values.js';
import { staticReplicas } from '../simulate/policies/static-replicas.js';
import { heldHpa, hpaOf, hpaPolicy, observed, onKeda, percent, targetOf } from './autoscaling.js';
import type { Contender } from './contender.js';
import type { Ledger } from './ledger.js';
import type { Period, ReplayCase } from './prepare.js';
import { readyWithinS, type Setting } from './settings.js';
import type { ForecastWalk } from './walk.js';

/** Level of the load that a fixed number of replicas is made for. */
const STATIC_LEVEL = 0.99;

export const TIDECAST = 'tidecast';
export const HPA = 'hpa';
export const ORACLE = 'oracle';

/** tidecast with one setting, on decisions already made. */
export function tidecast(replay: ReplayCase, ledger: Ledger, setting: Setting): Contender {
  const { targetUtilization, holdS, quantile } = setting;
  const target = targetOf(replay, targetUtilization);
  return onKeda(
    replay,
    {
      name: TIDECAST,
      description:
        `the decisions of tidecast: forecast quantile ${quantile}, target ${percent(targetUtilization)}, ` +
        `lead time ${formatDuration(replay.leadTimeMs + setting.leadMarginMs)}, scale-down held for ${formatDuration(holdS * SECOND_MS)}`,
      policy: () => servedValues(TIDECAST, target, (nowMs) => ledger.servedAt(nowMs)),
    },
    heldHpa(replay, holdS),
  );
}

/** Reactive scaling at a target utilisation. */
export function hpa(replay: ReplayCase, utilization: number): Contender {
  const { words, policy } = hpaPolicy(replay, utilization);
  return {
    name: HPA,
    description: `a HorizontalPodAutoscaler on ${words}`,
    policy,
    settings: hpaOf(replay),
  };
}

/** Clairvoyance with the same start-up time. */
export function clairvoyant(replay: ReplayCase): Contender {
  const { demand, capacityPerReplica, settings } = replay;
  const lookAheadMs = Math.max(readyWithinS(settings), 1) * SECOND_MS + DEFAULT_HPA.syncPeriodS * SECOND_MS;
  return {
    name: ORACLE,
    description: 'knows the load to come, and is bound by the same start-up time: what no policy can beat by much',
    policy: () => oracle(demand, capacityPerReplica, lookAheadMs),
    settings: { hpa: obedient(DEFAULT_HPA) },
  };
}

/**
 * Everything else that people use today, at the utilisation of the HPA, or what runs on KEDA at that of the ScaledObject where it
 * has one.
 *
 * @param period what is replayed; rules that somebody has to learn are learnt from what lies before it
 */
export function alternatives(
  replay: ReplayCase,
  walk: ForecastWalk,
  period: Period,
  utilization = replay.settings.hpaUtilization,
): Contender[] {
  const { scaledObject } = replay.settings;
  const target = targetOf(replay, utilization);
  const ofTrigger = {
    ...targetOf(replay, scaledObject.utilization ?? utilization),
    activation: scaledObject.activationThreshold,
  };
  const { samples, leadTimeMs } = replay;
  const past = samples.between(period.fromMs - replay.settings.historyMs, period.fromMs);
  const plain = hpaOf(replay);
  const generated = { ...DEFAULT_HPA, behavior: scaledObject.behavior };
  const keda = (contender: Omit<Contender, 'settings'>): Contender => onKeda(replay, contender, generated);
  return [
    {
      name: 'static',
      description: `always the replicas that ${percent(STATIC_LEVEL)} of the load before needed`,
      policy: () => staticReplicas(within(plain.bounds, quantileOf(past.values, STATIC_LEVEL) / target.target)),
      settings: plain,
    },
    keda({
      name: 'keda',
      description: 'a KEDA prometheus trigger on the observed metric',
      policy: () => observed({ ...ofTrigger, type: scaledObject.targetType }),
    }),
    keda({
      name: 'cron',
      description: 'KEDA cron triggers, read off the days before by hand, beside the observed metric',
      policy: () => cronMinimums(ofTrigger, hourlyMinimums(past, ofTrigger.target)),
    }),
    keda({
      name: 'predict-linear',
      description: "a trigger with Prometheus' predict_linear over 15 min beside the observed metric",
      policy: () => predictLinear(ofTrigger, leadTimeMs),
    }),
    keda({
      name: 'predictkube',
      description:
        'the rule of the predictkube trigger: the larger of the last observation and the forecast at the horizon',
      policy: () => predictKube(ofTrigger, (nowMs) => walk.forecastAt(nowMs), leadTimeMs),
    }),
    {
      name: 'phpa',
      description: 'Predictive HPA: Holt-Winters on the history of the replicas, or what an HPA wants if that is more',
      policy: () => replicaHoltWinters(target.target),
      settings: plain,
    },
    {
      name: 'crane',
      description: 'Crane: the last day without its fast components again, the maximum over the next hour',
      policy: () => fourierReplay(target),
      settings: plain,
    },
    keda({
      name: 'kedastral',
      description: "Kedastral's baseline model: trend, momentum and patterns of the hour",
      policy: () => kedastralBaseline(ofTrigger.target, leadTimeMs),
    }),
    keda({
      name: 'seasonal-naive',
      description: 'the highest value within the lead time one day ago, or the observed one if that is more',
      policy: () => seasonalNaiveMax(ofTrigger, leadTimeMs),
    }),
  ];
}

/** As many whole replicas within the bounds, and at least one; of NaN, as nothing is known of the load, the fewest. */
function within({ min, max }: ReplicaBounds, replicas: number): number {
  return Math.min(max, Math.max(1, min, Math.ceil(replicas) || 0));
}

/** NaN when none is known. */
function quantileOf(values: Float64Array, level: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))] ?? NaN;
}
