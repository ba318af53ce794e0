import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CompositionInput, MetricTriggerInput } from '../../src/core/composition.js';
import { MINUTE_MS, parseDuration } from '../../src/core/duration.js';
import type { Fallback } from '../../src/core/scaled-object.js';
import { compose, heldAfter } from '../../src/scaling/compose.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const AT_MS = Date.UTC(2026, 2, 1, 12);
const document = readFileSync(new URL('../../docs/fail-safe.md', import.meta.url), 'utf8');

/** The rows of the table below a heading, by the names of their columns. */
function rowsUnder(heading: string): Record<string, string>[] {
  const section = document.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const [header, , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.map((cells) => Object.fromEntries(header!.map((name, i) => [name, cells[i]!])));
}

function answering(index: number, value: number, ageMs = 0): MetricTriggerInput {
  const reading = { atMs: AT_MS - ageMs, active: value > 0, values: [value] };
  return aTriggerInput(AT_MS, { index, name: 'ab'[index]!, metrics: [{ name: `s${index}-m`, target: 10 }], reading });
}

/** `answers 40`, `not asked yet`, `fails, answered 40 before`, `fails, never answered`. */
function triggerOf(
  text: string,
  failures: number,
  ageMs: number = MINUTE_MS,
): { now: MetricTriggerInput; before?: MetricTriggerInput } {
  const value = Number(/-?\d+/.exec(text)?.[0] ?? NaN);
  if (text.startsWith('answers')) return { now: answering(0, value) };
  const never = { ...answering(0, 0), reading: null };
  if (text === 'not asked yet') return { now: never };
  const failing = { problem: 'connection refused', failures };
  if (text === 'fails, never answered') return { now: { ...never, ...failing } };
  return { now: { ...answering(0, value, ageMs), ...failing }, before: answering(0, value, ageMs) };
}

function fallbackOf(text: string): Fallback | null {
  const [behavior, replicas] = text.split(' ');
  if (replicas === undefined) return null;
  return { failureThreshold: 3, replicas: Number(replicas), behavior: behavior as Fallback['behavior'] };
}

/** What is held is what was composed when all triggers were known. */
function composed(
  { now, before }: ReturnType<typeof triggerOf>,
  others: readonly MetricTriggerInput[],
  more: Partial<CompositionInput>,
) {
  const held =
    before === undefined
      ? null
      : heldAfter(compose('shop/checkout', aCompositionInput(AT_MS, { triggers: [before, ...others], ...more })));
  return compose('shop/checkout', aCompositionInput(AT_MS, { triggers: [now, ...others], ...more, held }));
}

const shown = (value: number | boolean | null | undefined, unknown: string): string => {
  if (value === null || value === undefined) return unknown;
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
};

describe('docs/fail-safe.md, one trigger', () => {
  const rows = rowsUnder('One trigger');
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(25);
  });

  it.each(rows)('$source, failed $failed polls, fallback $fallback, other trigger $other trigger', (row) => {
    const pods = Number(row['pods']);
    const other = row['other trigger']!;
    const composition = composed(
      triggerOf(row['source']!, Number(row['failed polls'])),
      other === 'none' ? [] : [answering(1, Number(other.split(' ')[1]))],
      {
        fallback: fallbackOf(row['fallback']!),
        target: Number.isNaN(pods) ? null : { replicas: pods, readyReplicas: pods },
      },
    );
    const [trigger] = composition.triggers;
    expect({
      served: shown(trigger!.metrics[0]!.value, 'error'),
      state: trigger!.state,
      active: shown(composition.active, 'unknown'),
      replicas: shown(composition.requiredReplicas, 'unknown'),
    }).toEqual({ served: row['served'], state: row['state'], active: row['active'], replicas: row['replicas'] });
  });
});

describe('docs/fail-safe.md, a formula', () => {
  const rows = rowsUnder('A formula');
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  it.each(rows)('$trigger a, last answer $last answer, fallback $fallback', (row) => {
    const age = row['last answer']!;
    const ageMs = age === 'now' || age === 'never' ? 0 : parseDuration(age);
    const composition = composed(triggerOf(row['trigger a']!, Number(row['failed polls']), ageMs), [answering(1, 20)], {
      fallback: fallbackOf(row['fallback']!),
      modifiers: { formula: 'a + b', target: 10, activationTarget: 0, metricType: 'AverageValue' },
    });
    expect({
      served: shown(composition.composite!.metric.value, 'error'),
      state: composition.composite!.state,
      active: shown(composition.active, 'unknown'),
      replicas: shown(composition.requiredReplicas, 'unknown'),
    }).toEqual({ served: row['served'], state: row['state'], active: row['active'], replicas: row['replicas'] });
  });
});

describe('docs/fail-safe.md, a queue that is to be drained', () => {
  const rows = rowsUnder('A queue that is to be drained');
  const drain = { arrivalsIndex: 0, perReplica: 10, drainTimeMs: 5 * MINUTE_MS };
  const queueOf = (trigger: MetricTriggerInput, mostConsumers: number): MetricTriggerInput => ({
    ...trigger,
    index: 1,
    name: 'b',
    metrics: [{ name: 's1-m', target: 3_000 }],
    drain,
    reading: trigger.reading && {
      ...trigger.reading,
      // As Kafka's trigger bounds it.
      values: trigger.reading.values.map((value) => Math.min(value, 3_000 * (mostConsumers || Infinity))),
      queue: { waiting: trigger.reading.values[0]!, mostConsumers: Number.isNaN(mostConsumers) ? null : mostConsumers },
    },
  });
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  it.each(rows)('arrivals $arrivals, queue $queue, fallback $fallback', (row) => {
    const arrivals = triggerOf(row['arrivals']!, Number(row['failed decisions']));
    const queue = triggerOf(row['queue']!, 1);
    const limit = Number(row['can work']);
    const before = compose(
      'shop/checkout',
      aCompositionInput(AT_MS, {
        triggers: [arrivals.before ?? arrivals.now, queueOf(queue.before ?? queue.now, limit)],
      }),
    );
    const composition = compose(
      'shop/checkout',
      aCompositionInput(AT_MS, {
        triggers: [arrivals.now, queueOf(queue.now, limit)],
        fallback: fallbackOf(row['fallback']!),
        held: heldAfter(before),
      }),
    );
    const [, outcome] = composition.triggers;
    expect({
      served: shown(outcome!.metrics[0]!.value, 'error'),
      state: outcome!.state,
      replicas: shown(composition.requiredReplicas, 'unknown'),
    }).toEqual({ served: row['served'], state: row['state'], replicas: row['replicas'] });
  });
});
