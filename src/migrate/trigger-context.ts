import type { AuthNames } from './http-access.js';
import type { Say, Target } from './remark.js';

/** What the migration of one trigger needs to know beside the trigger. */
export interface TriggerContext {
  readonly target: Target;
  readonly options: MigrateOptions;
  readonly auth: AuthNames;
  /** Whether a formula combines the triggers of the ScaledObject. */
  readonly hasFormula: boolean;
  readonly say: Say;
}

export interface MigrateOptions {
  /** Where KEDA finds tidecast's external scaler, `host:port`. */
  readonly scalerAddress: string;
  /** For documents that do not say where Prometheus is, such as alert rules. */
  readonly prometheusAddress: string | undefined;
  /** What `model` may name. */
  readonly forecasterNames: readonly string[];
}
