import type { ManifestNode } from '../config/manifest-node.js';
import type { Place } from '../config/problem.js';
import { formatDuration } from '../core/duration.js';
import { findForecastFault } from './forecast-check.js';
import { FORECAST_DEFAULTS, LEAST_HISTORY_MS, exactDuration } from './forecast-defaults.js';
import type { ForecastMetadata } from './new-scaled-object.js';
import { CHANGE_ME } from './new-scaled-object.js';
import { child, itemsAt, placeOf, textAt } from './nodes.js';
import type { LinearForecast } from './predict-linear.js';
import { readLinearAlert, usesPredictLinear } from './predict-linear.js';
import { outline } from './promql.js';
import type { Say } from './remark.js';
import type { MigrateOptions } from './trigger-context.js';

/** An alert that a forecast trigger can stand for. */
export interface AlertForecast {
  readonly name: string;
  readonly line: number;
  readonly metadata: ForecastMetadata;
}

const AGGREGATIONS = /^(sum|avg|min|max|count|quantile|stddev|stdvar|scalar|vector|absent|group)\b/i;
/** Of an alert; a trigger knows nothing like them. */
const ALERT_FIELDS = ['for', 'keep_firing_for', 'labels', 'annotations'];

/** The rules that extrapolate, as forecasts; what they lose is said. */
export function readAlertRules(
  groups: readonly ManifestNode[],
  options: MigrateOptions,
  say: Say,
): readonly AlertForecast[] {
  const rules = groups.flatMap((group) => itemsAt(group, 'rules'));
  return rules.flatMap((rule) => {
    const expr = textAt(rule, 'expr') ?? '';
    if (!usesPredictLinear(expr)) return [];
    const name = textAt(rule, 'alert');
    const place = placeOf(child(rule, 'alert') ?? rule);
    if (name === undefined) {
      say('lost', place, 'a recording rule has no limit, and so no threshold for a trigger');
      return [];
    }
    const forecast = readLinearAlert(expr);
    if ('fault' in forecast) {
      say('lost', place, `alert ${JSON.stringify(name)} has no equivalent: ${forecast.fault}`);
      return [];
    }
    const metadata = describeForecast(forecast, options);
    const fault = findForecastFault(new Map(Object.entries(metadata)), options.forecasterNames);
    if (fault !== undefined) {
      say('lost', place, `alert ${JSON.stringify(name)} has no equivalent: ${fault}`);
      return [];
    }
    sayWhatIsLost(rule, place, forecast, options, say);
    return [{ name, line: place.at.line, metadata }];
  });
}

function describeForecast(forecast: LinearForecast, { prometheusAddress }: MigrateOptions): ForecastMetadata {
  const { query, horizonMs, rangeMs, stepMs, limit } = forecast;
  return {
    prometheusAddress: prometheusAddress ?? `http://${CHANGE_ME}:9090`,
    query,
    predictHorizon: exactDuration(horizonMs),
    historyTimeWindow: exactDuration(Math.max(rangeMs, LEAST_HISTORY_MS)),
    queryStep: stepMs === undefined ? FORECAST_DEFAULTS.queryStep : exactDuration(stepMs),
    threshold: String(limit),
  };
}

function sayWhatIsLost(
  rule: ManifestNode,
  place: Place,
  { query, rangeMs, conditions }: LinearForecast,
  { prometheusAddress }: MigrateOptions,
  say: Say,
): void {
  const unsaid = [
    'scaleTargetRef.name',
    ...(prometheusAddress === undefined ? ['prometheusAddress (--prometheus)'] : []),
  ];
  say('lost', place, `${unsaid.join(' and ')}: not in the rule; put in what ${CHANGE_ME} stands for`);
  say('lost', place, 'threshold is the limit of the whole load, as in the alert; put in what one replica carries');
  const fields = ALERT_FIELDS.filter((field) => child(rule, field) !== undefined);
  if (fields.length > 0)
    say('lost', place, `${fields.join(', ')}: a trigger has none; keep the alert if somebody is paged`);
  for (const condition of conditions) say('lost', place, `the further condition "${condition}"`);
  if (rangeMs < LEAST_HISTORY_MS) {
    const [was, is] = [rangeMs, LEAST_HISTORY_MS].map(formatDuration);
    say(
      'note',
      place,
      `historyTimeWindow is ${is!} instead of ${was!}: a trend needs little history, a season several days`,
    );
  }
  if (!AGGREGATIONS.test(query) || /\bby\b/.test(outline(query))) {
    say(
      'note',
      place,
      'an alert looks at each series by itself, a trigger needs one: aggregate where the query yields more',
    );
  }
}
