import type { WorkloadStatus } from '../view.js';

/** How KEDA names a trigger of type `external` or `external-push`. */
export interface ScaledObjectRef {
  readonly name: string;
  readonly namespace: string;
  /** The complete trigger metadata; a key that ends in `FromEnv` carries the value of the variable. */
  readonly scalerMetadata: Readonly<Record<string, string>>;
}

/** Finds the workloads behind a trigger. The composition root implements it. */
export interface ScalerWorkloads {
  /**
   * The workloads that the trigger stands for, at least one. A trigger seen for the first time that describes a workload
   * starts it.
   *
   * @throws {ConfigError} the trigger neither names a known workload nor describes one; all problems are in the message
   * @throws {UsageError} too many workloads were started in this way
   */
  find(ref: ScaledObjectRef): readonly WorkloadStatus[];
}
