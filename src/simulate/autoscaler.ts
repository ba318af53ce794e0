import { HpaController, type HpaDecision } from './hpa/controller.js';
import { cpuProposal } from './hpa/cpu-utilization.js';
import { averageValueProposal, valueProposal, type ReplicaCounts } from './hpa/external-metric.js';
import { KedaScaleLoop, hpaBounds } from './keda/scale-loop.js';
import { TriggerMetrics } from './keda/trigger-metrics.js';
import { isExternal, type MetricTarget } from './metric-target.js';
import type { PodFleet } from './pods/pod-fleet.js';
import type { Policy, PolicyView } from './policy.js';
import { milliValue } from './quantity.js';
import { PlainMetrics, type ServedMetric, type ServedMetrics } from './served-metrics.js';
import type { CpuSamples } from './service/cpu-samples.js';
import type { SimulationSettings } from './settings.js';

/** An HPA on a policy's metrics, alone or made by KEDA. It decides; it does not change the fleet. */
export class Autoscaler {
  /** What the HPA was last given by the policy. */
  served: readonly ServedMetric[] = [];
  readonly #policy: Policy;
  readonly #view: PolicyView;
  readonly #fleet: PodFleet;
  readonly #cpu: CpuSamples;
  readonly #hpa: HpaController;
  readonly #loop: KedaScaleLoop | null;
  readonly #metrics: ServedMetrics;
  readonly #cpuTargets: readonly MetricTarget[];

  constructor(
    policy: Policy,
    settings: SimulationSettings,
    { view, fleet, cpu, atS }: { view: PolicyView; fleet: PodFleet; cpu: CpuSamples; atS: number },
  ) {
    const { hpa, keda } = settings;
    const bounds = policy.bounds ?? settings.bounds;
    this.#policy = policy;
    this.#view = view;
    this.#fleet = fleet;
    this.#cpu = cpu;
    this.#hpa = new HpaController(hpa, keda === null ? bounds : hpaBounds(bounds));
    this.#loop = keda === null ? null : new KedaScaleLoop(keda, bounds, atS);
    const external = policy.targets.filter(isExternal);
    this.#metrics = keda === null ? new PlainMetrics(external) : new TriggerMetrics(external);
    this.#cpuTargets = policy.targets.filter((target) => !isExternal(target));
  }

  /** One poll of KEDA. @returns replicas to ask for */
  poll(atS: number): number {
    if (this.#loop === null) return this.#fleet.replicas;
    return this.#loop.poll(atS, this.#fleet.replicas, this.#request());
  }

  /** One sync of the HPA. */
  sync(atS: number): HpaDecision {
    const { replicas, ready, existing } = this.#fleet;
    const counts = { spec: replicas, status: replicas, ready, existing };
    return this.#hpa.sync(atS, counts, () => this.#propose(atS, counts));
  }

  #propose(atS: number, counts: ReplicaCounts): (number | null)[] {
    const { tolerance } = this.#hpa;
    this.served = this.#request();
    const proposals = this.#metrics.targets.map(({ type, target }, i) => {
      const { milli } = this.served[i]!;
      if (milli === null) return null;
      return type === 'AverageValue'
        ? averageValueProposal(milli, milliValue(target), counts, tolerance)
        : valueProposal(milli, milliValue(target), counts, tolerance);
    });
    for (const { target } of this.#cpuTargets) {
      const pods = this.#cpu.pods(atS, this.#fleet);
      proposals.push(pods === null ? null : cpuProposal(pods, target, counts.spec, tolerance));
    }
    return proposals;
  }

  #request(): readonly ServedMetric[] {
    const readings = this.#policy.read(this.#view);
    const externals = this.#policy.targets.length - this.#cpuTargets.length;
    if (readings.length !== externals) {
      throw new RangeError(
        `policy ${this.#policy.name} has ${externals} external metrics and answered with ${readings.length}`,
      );
    }
    return this.#metrics.serve(readings);
  }
}
