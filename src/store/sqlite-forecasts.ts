import { Forecast } from '../core/forecast.js';
import { fromBlob, toBlob } from './float64-blob.js';
import type { SqliteConnection } from './sqlite-connection.js';

interface ForecastRow {
  readonly origin_ms: number;
  readonly step_ms: number;
  readonly model: string;
  readonly levels: ArrayBuffer;
  readonly values: ArrayBuffer;
}

/** The newest forecast of a workload with an origin at or before `atMs`. */
export function readForecast(connection: SqliteConnection, workload: number, atMs: number): Forecast | null {
  const [row] = connection.all<ForecastRow>(
    `SELECT origin_ms, step_ms, model, levels, "values" FROM forecasts
      WHERE workload = ? AND origin_ms <= ? ORDER BY origin_ms DESC LIMIT 1`,
    workload,
    atMs,
  );
  if (row === undefined) return null;
  const levels = [...fromBlob(row.levels)];
  const values = fromBlob(row.values);
  const steps = values.length / levels.length;
  return new Forecast({
    model: row.model,
    originMs: row.origin_ms,
    stepMs: row.step_ms,
    levels,
    values: levels.map((_, l) => values.slice(l * steps, (l + 1) * steps)),
  });
}

/** Keeps a forecast; an earlier one of the same origin is replaced. */
export function writeForecast(connection: SqliteConnection, workload: number, forecast: Forecast): void {
  connection.run(
    'REPLACE INTO forecasts (workload, origin_ms, step_ms, model, levels, "values") VALUES (?, ?, ?, ?, ?, ?)',
    workload,
    forecast.originMs,
    forecast.stepMs,
    forecast.model,
    toBlob(forecast.levels),
    Buffer.concat(forecast.values.map(toBlob)),
  );
}
