import { MINUTE_MS, SECOND_MS, formatDuration } from '../core/duration.js';
import type { ForecastKeys } from './forecast-keys.js';
import type { Parameter, Parameters } from './parameters.js';

/** What KEDA uses for a step of zero. */
const STEP_FOR_ZERO_MS = 5 * MINUTE_MS;
/** Nothing scrapes faster, and no HPA acts faster. */
const MIN_STEP_MS = SECOND_MS;
/** About nine months at 2 m. More is a slip, and no model gains from it. */
const MAX_HISTORY_POINTS = 200_000;
/** A week at a minute. */
const MAX_HORIZON_POINTS = 10_080;

/** All in milliseconds. */
export interface ForecastTimes {
  readonly step: Parameter<number>;
  readonly horizon: Parameter<number>;
  readonly history: Parameter<number>;
}

/** @returns undefined, and problems, when one of them is missing or cannot be read */
export function readTimes(parameters: Parameters): ForecastTimes | undefined {
  const horizon = parameters.duration('predictHorizon', { required: true });
  const history = parameters.duration('historyTimeWindow', { required: true });
  const step = readStep(parameters);
  return horizon && history && step && { horizon, history, step };
}

function readStep(parameters: Parameters): Parameter<number> | undefined {
  const step = parameters.duration('queryStep', { required: true });
  if (step?.value === 0) return { ...step, value: STEP_FOR_ZERO_MS };
  if (step === undefined || step.value >= MIN_STEP_MS) return step;
  parameters.reject(step, 'too fine', 'at least 1s');
  return undefined;
}

/** Checks the times against each other and against the keys that depend on them. */
export function checkTimes(
  parameters: Parameters,
  { step, horizon, history }: ForecastTimes,
  keys: ForecastKeys,
): void {
  const atStep = `at a queryStep of ${formatDuration(step.value)}`;
  const historyPoints = history.value / step.value;
  if (historyPoints < 2) {
    parameters.reject(history, `fewer than 2 points ${atStep}`, 'days, such as 7d');
  } else if (historyPoints > MAX_HISTORY_POINTS) {
    parameters.reject(history, `more than ${MAX_HISTORY_POINTS} points ${atStep}`, 'a shorter window or a larger step');
  }
  if (horizon.value < step.value) {
    parameters.reject(horizon, `shorter than one step, ${atStep}`, 'at least the queryStep');
  } else if (horizon.value / step.value > MAX_HORIZON_POINTS) {
    parameters.reject(
      horizon,
      `more than ${MAX_HORIZON_POINTS} points ${atStep}`,
      'a shorter horizon or a larger step',
    );
  } else if (horizon.value > history.value) {
    parameters.warn(horizon, 'longer than historyTimeWindow; no model can learn that far ahead');
  }
  const { leadTime, seasonality } = keys;
  if (leadTime !== undefined && leadTime.value > horizon.value) {
    parameters.warn(
      leadTime,
      'longer than predictHorizon, beyond which there is no forecast',
      'at most the predictHorizon',
    );
  }
  if (seasonality?.value.some((season) => season < 2 * step.value) === true) {
    parameters.reject(seasonality, `a season of fewer than 2 points ${atStep}`);
  } else if (seasonality?.value.some((season) => season > history.value) === true) {
    parameters.warn(seasonality, 'a season longer than historyTimeWindow; it cannot be learnt');
  }
}
