/** Some workload-weeks of tidecast alone, in a process of its own; see `replay-speed.ts`. */
import { DAY_MS, MINUTE_MS } from '../src/core/duration.js';
import { Series } from '../src/core/series.js';
import { tidecast } from '../src/replay/contenders.js';
import { Ledger } from '../src/replay/ledger.js';
import { play } from '../src/replay/play.js';
import { candidatesFor } from '../src/forecast/registry.js';
import { prepareReplay, runUpFromMs } from '../src/replay/prepare.js';
import { DEFAULT_REPLAY } from '../src/replay/settings.js';
import { walkForecasts } from '../src/replay/walk.js';
import type { Outcome } from '../src/simulate/outcome.js';
import { answerTasks } from './support/children.js';
import { generatedLoad } from './support/generated-load.js';
import { last } from './support/last.js';

export interface WeeksTask {
  readonly weeks: number;
}

const STEP_MS = MINUTE_MS;
const series = new Series(0, STEP_MS, generatedLoad((14 * DAY_MS) / STEP_MS + 1, STEP_MS));
const settings = { ...DEFAULT_REPLAY, mode: 'active' as const };

/** One week after a week of history, from the series to the outcome. */
export function replayWeek(): Outcome {
  const own = prepareReplay(series, settings);
  const period = { fromMs: runUpFromMs(own.report), toMs: own.report.toMs };
  const walk = last(
    walkForecasts(
      own.samples,
      {
        ...own.settings,
        candidates: candidatesFor(own.settings.model),
        leadTimesMs: [own.leadTimeMs],
        quantiles: [settings.setting.quantile],
      },
      period,
    ),
  );
  const decisions = new Ledger(own, walk, settings.setting, own.report);
  return play(own, tidecast(own, decisions, settings.setting), own.report);
}

if (process.send !== undefined) {
  answerTasks((task) => {
    const { weeks } = task as WeeksTask;
    for (let week = 0; week < weeks; week++) replayWeek();
    return Promise.resolve(process.cpuUsage().user / 1_000);
  });
}
