/** One cold start, in a process that has never forecast before. */
import { HOUR_MS } from '../src/core/duration.js';
import { DEFAULT_LEVELS } from '../src/core/forecast.js';
import { forecasterByName } from '../src/forecast/registry.js';
import { IncrementalHistory } from '../src/history/incremental.js';
import { PrometheusSource } from '../src/history/prometheus.js';
import { findSeasons } from '../src/series/seasonality.js';
import { answerTasks } from './support/children.js';

export interface ColdStartTask {
  readonly address: string;
  readonly query: string;
  readonly nowMs: number;
  readonly stepMs: number;
  readonly windowMs: number;
}

export interface ColdStartAnswer {
  readonly knownSamples: number;
  readonly pullMs: number;
  readonly fitMs: number;
  readonly forecastMs: number;
}

async function coldStart({ address, query, nowMs, stepMs, windowMs }: ColdStartTask): Promise<ColdStartAnswer> {
  const startedMs = performance.now();
  const source = new PrometheusSource({ address }, { random: Math.random });
  const { series } = await new IncrementalHistory({ source, query, stepMs, windowMs }).refresh(nowMs);
  const pulledMs = performance.now();
  const fitted = forecasterByName('ridge').fit(series, {
    horizonSteps: (2 * HOUR_MS) / stepMs,
    levels: DEFAULT_LEVELS,
    seasonSteps: findSeasons(series),
  });
  const fittedMs = performance.now();
  fitted.forecast();
  return {
    knownSamples: series.countKnown(),
    pullMs: pulledMs - startedMs,
    fitMs: fittedMs - pulledMs,
    forecastMs: performance.now() - fittedMs,
  };
}

answerTasks((task) => coldStart(task as ColdStartTask));
