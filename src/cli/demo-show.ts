import type { Clock } from '../core/clock.js';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../core/duration.js';
import { HPA_SYNC_MS } from '../demo/capacity.js';
import { WhatIf, type WhatIfReplicas } from '../demo/what-if.js';
import type { Workload } from '../core/workload.js';
import type { DemoWorkload } from '../demo/workloads.js';
import type { LocalMode } from '../run/local-mode.js';
import { listenToKeys } from './keys.js';
import type { DemoReplicas, DemoRow, DemoScreen } from './output/demo-data.js';
import { renderDemoIntro, renderDemoLine } from './output/demo-line.js';
import { renderDemoScreen } from './output/demo-screen.js';
import { addresses } from './serve.js';
import { colorsOf, print, type Terminal } from './terminal.js';

/** Real time between two pictures on a terminal, and between two groups of lines elsewhere. */
const FRAME_MS = SECOND_MS / 2;
const LINES_MS = 3 * SECOND_MS;
/** How long to wait for the first decisions, and how often to look for them, in real time. */
const WARM_UP_MS = 10 * SECOND_MS;
const FIRST_LOOK_MS = SECOND_MS / 10;

interface DemoProps {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly generated: readonly DemoWorkload[];
  readonly workloads: readonly Workload[];
  readonly running: LocalMode;
  readonly speed: number;
}

/** What the demo shows: the service as its endpoints see it, and the two Deployments that are played beside it. */
export class DemoShow {
  readonly #props: DemoProps;
  #startMs = NaN;
  #whatIfs: readonly WhatIf[] = [];
  #focus = 0;

  constructor(props: DemoProps) {
    this.#props = props;
  }

  /** Shows until the signal is aborted. @param base real time, for the pictures */
  async show(signal: AbortSignal, base: Clock, stop: () => void): Promise<void> {
    const { clock, generated } = this.#props;
    await this.#untilWarm(base, signal);
    this.#startMs = clock.now();
    this.#whatIfs = generated.map((workload) => new WhatIf(workload, this.#startMs));
    const playing = repeat(clock, HPA_SYNC_MS, signal, () => {
      this.#play();
    });
    await (this.#props.terminal.stdout.isTTY === true
      ? this.#onTerminal(base, signal, stop)
      : this.#asLines(base, signal));
    await playing;
  }

  /** The first fits take a second; in accelerated time that is long enough for an observation to come too late. */
  async #untilWarm(base: Clock, signal: AbortSignal): Promise<void> {
    const { running } = this.#props;
    const deadlineMs = base.now() + WARM_UP_MS;
    const isCold = (): boolean =>
      running.view.workloads().some(({ decision, forecast }) => forecast === null || decision?.value == null);
    while (isCold() && base.now() < deadlineMs && !signal.aborted) {
      await base.sleep(FIRST_LOOK_MS, signal).catch(() => undefined);
    }
  }

  async #onTerminal(base: Clock, signal: AbortSignal, stop: () => void): Promise<void> {
    const { terminal, generated } = this.#props;
    const { stdout } = terminal;
    const colors = colorsOf(stdout, terminal.env);
    const draw = (): void => {
      const size = { width: stdout.columns ?? 100, height: (stdout.rows ?? 32) - 1 };
      const picture = renderDemoScreen(this.#screen(), size, colors);
      // Each line is cleared as it is overwritten, so that nothing flickers.
      stdout.write(`\x1b[H${picture.replaceAll('\n', '\x1b[K\n')}\x1b[K\x1b[J`);
    };
    const release = listenToKeys({
      next: () => {
        this.#focus = (this.#focus + 1) % generated.length;
        draw();
      },
      quit: stop,
    });
    // The alternate screen keeps what the user had before.
    stdout.write('\x1b[?1049h\x1b[?25l');
    try {
      await repeat(base, FRAME_MS, signal, draw);
    } finally {
      release();
      stdout.write('\x1b[?25h\x1b[?1049l');
      print(stdout, this.#lines());
    }
  }

  async #asLines(base: Clock, signal: AbortSignal): Promise<void> {
    const { stdout } = this.#props.terminal;
    print(stdout, renderDemoIntro(this.#screen()));
    await repeat(base, LINES_MS, signal, () => {
      print(stdout, this.#lines());
    });
  }

  #lines(): string {
    const screen = this.#screen();
    return screen.rows.map((row) => renderDemoLine(screen, row)).join('\n');
  }

  /** Lets the Deployments follow what is served now. */
  #play(): void {
    const { clock, running } = this.#props;
    running.view.workloads().forEach(({ decision }, i) => {
      this.#whatIfs[i]!.advance(clock.now(), decision?.value ?? null);
    });
  }

  #screen(): DemoScreen {
    const { clock, running, speed, workloads } = this.#props;
    const nowMs = clock.now();
    const whatIf = this.#whatIfs[this.#focus]!;
    const { id } = workloads[this.#focus]!;
    return {
      nowMs,
      startMs: this.#startMs,
      speed,
      zone: 'UTC',
      rows: workloads.map((_, i) => this.#row(i)),
      focus: this.#focus,
      plot: {
        history: running.view.history(id, { fromMs: nowMs - DAY_MS, toMs: nowMs + HOUR_MS }),
        forecast: running.view.workloads()[this.#focus]!.forecast,
        tidecastCapacity: whatIf.withForecast.capacity,
        hpaCapacity: whatIf.reactive.capacity,
      },
      links: this.#links(),
    };
  }

  #links(): string[] {
    const { running, workloads, terminal } = this.#props;
    const lines = addresses(running.url, workloads).split('\n');
    return terminal.stdout.isTTY === true ? [...lines, 'Tab: next workload   q: quit'] : lines;
  }

  #row(i: number): DemoRow {
    const { running, generated } = this.#props;
    const workload = generated[i]!;
    const { decision } = running.view.workloads()[i]!;
    const whatIf = this.#whatIfs[i]!;
    return {
      name: `${workload.namespace}/${workload.name}`,
      description: workload.description,
      unit: workload.unit,
      leadTimeMs: workload.leadTimeMs,
      load: decision?.input.observation?.value ?? null,
      served: decision?.value ?? null,
      state: decision?.state ?? 'cold',
      origin: decision?.origin ?? 'none',
      reason: decision?.reason ?? 'Waiting for the first decision.',
      tidecast: replicas(whatIf.withForecast),
      hpaAlone: replicas(whatIf.reactive),
    };
  }
}

function replicas({ state, tally }: WhatIfReplicas): DemoReplicas {
  const { minutesShort, podHours } = tally;
  return { ready: state.ready, desired: state.desired, minutesShort, podHours };
}

/** Does something at once and then once per period, until aborted. */
async function repeat(clock: Clock, periodMs: number, signal: AbortSignal, action: () => void): Promise<void> {
  while (!signal.aborted) {
    action();
    await clock.sleep(periodMs, signal).catch(() => undefined);
  }
}
