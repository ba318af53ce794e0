import { SECOND_MS } from '../core/duration.js';
import { Account } from './account.js';
import { Autoscaler } from './autoscaler.js';
import type { Demand } from './demand.js';
import type { HpaOutcome, ReplicaBounds } from './hpa/controller.js';
import { MetricPipeline } from './metric-pipeline.js';
import type { Outcome } from './outcome.js';
import { PodFleet } from './pods/pod-fleet.js';
import type { Policy } from './policy.js';
import type { Random } from '../core/random.js';
import { CpuSamples } from './service/cpu-samples.js';
import type { SimulationSettings } from './settings.js';
import { World } from './world.js';

/** One sync of the HPA in a replay. */
export interface ReplayStep {
  readonly timeMs: number;
  /** First external metric the HPA was last given, in its unit; null: an error, or none yet. */
  readonly served: number | null;
  readonly ready: number;
  /** Replicas asked for from now on. */
  readonly desired: number;
  readonly outcome: HpaOutcome;
}

/**
 * Replays a demand through an autoscaler that follows a policy. Time goes from event to event in whole seconds (syncs of
 * the HPA, polls of KEDA, CPU samples, pods that become scheduled, ready or gone), and demand is held against capacity in
 * every second. At the same second pods change first, then KEDA polls, then the HPA syncs. The same arguments give the same
 * outcome.
 *
 * @param random for the start-up times; the nth pod created is given the nth draw, under every policy
 * @param onSync is told of every sync of the HPA
 * @throws {RangeError} settings that make no sense, or a policy that answers with the wrong number of metrics
 */
export function simulate(
  policy: Policy,
  demand: Demand,
  settings: SimulationSettings,
  random: Random,
  onSync?: (step: ReplayStep) => void,
): Outcome {
  const { startS, reportS, endS } = replayRange(demand, settings);
  const { hpa, keda, cpu: cpuSettings, service } = settings;
  const fleet = new PodFleet(settings.pods, random);
  const world = new World(demand.startMs, new MetricPipeline(demand, settings.pipeline), fleet);
  const cpu = new CpuSamples(cpuSettings, demand, service.capacityPerReplica);
  const autoscaler = new Autoscaler(policy, settings, { view: world, fleet, cpu, atS: startS });
  let account = new Account(demand, service);
  const resize = (atS: number, replicas: number): void => {
    if (replicas === fleet.replicas) return;
    account.rescale(fleet.replicas, replicas);
    fleet.resize(atS, replicas);
  };

  fleet.settle(startS, initialReplicas(demand.at(startS), settings, policy.bounds ?? settings.bounds));
  const samples = new Ticks(
    startS,
    policy.targets.some(({ type }) => type === 'Utilization') ? cpuSettings.resolutionS : null,
  );
  const polls = new Ticks(startS, keda?.pollingIntervalS ?? null);
  const syncs = new Ticks(startS, hpa.syncPeriodS);
  for (let now = startS; now < endS;) {
    world.moveTo(now);
    fleet.advance(now);
    if (now === reportS) account = account.afresh();
    if (samples.take(now)) cpu.sample(now, fleet.ready);
    if (polls.take(now)) resize(now, autoscaler.poll(now));
    if (syncs.take(now)) {
      const { replicas, outcome } = autoscaler.sync(now);
      resize(now, replicas);
      const milli = autoscaler.served[0]?.milli ?? null;
      const served = milli === null ? null : milli / 1_000;
      onSync?.({ timeMs: world.nowMs, served, ready: fleet.ready, desired: replicas, outcome });
    }
    const next = Math.min(
      endS,
      syncs.nextS,
      polls.nextS,
      samples.nextS,
      fleet.nextChangeS,
      now < reportS ? reportS : endS,
    );
    account.pass(now, next, fleet);
    now = next;
  }
  return account.outcome(endS);
}

/** Something that happens again and again. */
class Ticks {
  nextS: number;
  readonly #periodS: number;

  /** @param periodS whole seconds; null: never */
  constructor(startS: number, periodS: number | null) {
    if (periodS !== null && (!Number.isInteger(periodS) || periodS < 1)) {
      throw new RangeError(`a period must be a whole number of seconds >= 1, got ${periodS}`);
    }
    this.nextS = periodS === null ? Infinity : startS;
    this.#periodS = periodS ?? Infinity;
  }

  take(nowS: number): boolean {
    if (nowS < this.nextS) return false;
    this.nextS = nowS + this.#periodS;
    return true;
  }
}

function replayRange(
  demand: Demand,
  { startMs, reportFromMs, endMs }: SimulationSettings,
): { startS: number; reportS: number; endS: number } {
  const second = (timeMs: number): number => Math.round((timeMs - demand.startMs) / SECOND_MS);
  const startS = startMs === null ? 0 : second(startMs);
  const endS = endMs === null ? demand.seconds : second(endMs);
  const reportS = reportFromMs === null ? startS : second(reportFromMs);
  if (startS < 0 || reportS < startS || endS <= reportS || endS > demand.seconds) {
    throw new RangeError(
      `a replay needs 0 <= start <= report < end <= ${demand.seconds} seconds of demand, got ${startS}, ${reportS}, ${endS}`,
    );
  }
  return { startS, reportS, endS };
}

function initialReplicas(load: number, settings: SimulationSettings, { min, max }: ReplicaBounds): number {
  const needed = settings.initialReplicas ?? Math.ceil(load / settings.service.capacityPerReplica);
  return Math.min(max, Math.max(min, Number.isNaN(needed) ? 1 : needed));
}
