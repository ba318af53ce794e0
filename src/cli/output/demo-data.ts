import type { Origin, State } from '../../core/decision.js';
import type { Forecast } from '../../core/forecast.js';
import type { Series } from '../../core/series.js';

/** One Deployment as it stands, and what it has come to since the demo began. */
export interface DemoReplicas {
  readonly ready: number;
  /** Ready or starting. */
  readonly desired: number;
  readonly minutesShort: number;
  readonly podHours: number;
}

export interface DemoRow {
  /** `{namespace}/{name}`. */
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly leadTimeMs: number;
  /** null: not known. */
  readonly load: number | null;
  /** null: answered with an error. */
  readonly served: number | null;
  readonly state: State;
  readonly origin: Origin;
  readonly reason: string;
  readonly tidecast: DemoReplicas;
  /** The same HPA on the observed load. */
  readonly hpaAlone: DemoReplicas;
}

/** Everything the demo's screen shows. */
export interface DemoScreen {
  readonly nowMs: number;
  readonly startMs: number;
  /** Demo seconds per second, > 0. */
  readonly speed: number;
  readonly zone: string;
  /** At least one. */
  readonly rows: readonly DemoRow[];
  /** Which row is plotted. */
  readonly focus: number;
  readonly plot: {
    readonly history: Series;
    readonly forecast: Forecast | null;
    /** Load that the ready pods can carry, over time. */
    readonly tidecastCapacity: Series;
    readonly hpaCapacity: Series;
  };
  /** Addresses, commands to try and keys, one per line. */
  readonly links: readonly string[];
}
