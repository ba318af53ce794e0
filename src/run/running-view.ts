import type { Clock } from '../core/clock.js';
import type { Decision } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';
import { Series } from '../core/series.js';
import type { Store, TimeRange } from '../core/store.js';
import type { Backtests, Replays, ScaledObjects, ServiceView, WorkloadStatus } from '../serve/view.js';
import type { WorkloadRunner } from './workload-runner.js';

export interface RunningViewProps {
  readonly store: Store;
  readonly clock: Clock;
  readonly backtests: Backtests;
  readonly replays: Replays;
  readonly scaledObjects: ScaledObjects;
}

/** What the endpoints see of the running workloads: the present from memory, the past from the store. */
export class RunningView implements ServiceView {
  readonly backtests: Backtests;
  readonly replays: Replays;
  readonly scaledObjects: ScaledObjects;
  readonly #props: RunningViewProps;
  /** By external-metric address, lower-cased where the HPA lower-cases. */
  readonly #byAddress = new Map<string, WorkloadRunner>();
  readonly #byId = new Map<string, WorkloadRunner>();

  constructor(props: RunningViewProps) {
    this.#props = props;
    this.backtests = props.backtests;
    this.replays = props.replays;
    this.scaledObjects = props.scaledObjects;
  }

  /** Of several with the same id or address, the last one added is seen. */
  add(runner: WorkloadRunner): void {
    this.#byId.set(runner.workload.id, runner);
    this.#byAddress.set(addressOf(runner), runner);
  }

  remove(runner: WorkloadRunner): void {
    this.#byId.delete(runner.workload.id);
    this.#byAddress.delete(addressOf(runner));
  }

  /** In the order in which they were added. */
  runners(): readonly WorkloadRunner[] {
    return [...this.#byId.values()];
  }

  runner(workloadId: string): WorkloadRunner | undefined {
    return this.#byId.get(workloadId);
  }

  now(): number {
    return this.#props.clock.now();
  }

  workloads(): readonly WorkloadStatus[] {
    return this.runners().map((runner) => runner.status);
  }

  find(namespace: string, scaledObject: string, metricName: string): WorkloadStatus | undefined {
    return this.#byAddress.get(address(namespace, scaledObject, metricName))?.status;
  }

  history(workloadId: string, range: TimeRange): Series {
    const runner = this.#byId.get(workloadId);
    if (runner === undefined) return new Series(0, 1, new Float64Array(0));
    return runner.series.between(range.fromMs, range.toMs);
  }

  async forecastAt(workloadId: string, atMs: number): Promise<Forecast | null> {
    const current = this.#byId.get(workloadId)?.status.forecast ?? null;
    if (current !== null && current.originMs <= atMs) return current;
    return this.#props.store.forecastAt(workloadId, atMs);
  }

  async decisions(workloadId: string, range: TimeRange, limit: number): Promise<readonly Decision[]> {
    return this.#props.store.decisions(workloadId, range, limit);
  }

  async decisionAt(workloadId: string, atMs: number): Promise<Decision | null> {
    const current = this.#byId.get(workloadId)?.status.decision ?? null;
    if (current !== null && current.atMs <= atMs) return current;
    return this.#props.store.decisionAt(workloadId, atMs);
  }
}

function address(namespace: string, scaledObject: string, metricName: string): string {
  return `${namespace}/${scaledObject}/${metricName.toLowerCase()}`;
}

function addressOf({ workload }: WorkloadRunner): string {
  return address(workload.namespace, workload.scaledObject, workload.metricName);
}
