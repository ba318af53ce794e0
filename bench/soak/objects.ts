import type { Clock } from '../../src/core/clock.js';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { TriggerError } from '../../src/core/errors.js';
import type { HistorySource, ReadOptions } from '../../src/core/history-source.js';
import type { ForecastTrigger, ScaledObject } from '../../src/core/scaled-object.js';
import { Series, type Observation } from '../../src/core/series.js';
import { aFastWorkload, wave } from '../../test/run/running.js';
import { aReactiveTrigger, aScaledObject } from '../../test/support/fake-scaled-objects.js';
import { ScriptedTrigger, isDeaf, type Gate } from '../../test/support/scripted-trigger.js';
import type { Attempts } from './attempts.js';

/** A history that is always there, and keeps nothing of who asks. */
export class SteadySource implements HistorySource {
  read(_query: string, { startMs, endMs, stepMs }: ReadOptions): Promise<Series> {
    const values = Float64Array.from({ length: (endMs - startMs) / stepMs + 1 }, (_, i) => wave(startMs + i * stepMs));
    return Promise.resolve(new Series(startMs, stepMs, values));
  }

  observe(_query: string, { atMs }: { readonly atMs: number }): Promise<Observation> {
    return Promise.resolve({ timeMs: atMs, value: wave(atMs) });
  }
}

/** All that were made. */
const sources: ScriptedTrigger[] = [];

export function allSources(): readonly ScriptedTrigger[] {
  return sources;
}

/** The i-th: a forecast trigger, one reactive trigger that answers, one that is slow, and one in trouble of its own kind. */
export function aSoakObject(i: number, clock: Clock, pollingIntervalMs: number, attempts: Attempts): ScaledObject {
  const name = `worker-${i}`;
  const workload = aFastWorkload({ scaledObject: name, pollingIntervalMs });
  const forecast: ForecastTrigger = { kind: 'forecast', index: 0, type: 'predictkube', name: 'forecast', workload };
  const troubles: readonly Gate[] = [flapping(i, clock), hanging(i, clock), deaf(i, clock), throwing(i, clock)];
  const gates: readonly Gate[] = [() => Promise.resolve(), slow(clock), troubles[i % troubles.length]!];
  const reactive = gates.map((gate, k) => {
    const source = new ScriptedTrigger(40 + (i % 50), `queue-${k}`, 20);
    source.beforeRead = gate;
    sources.push(source);
    return aReactiveTrigger({ index: k + 1, name: `t${k + 1}`, metrics: null, open: attempts.watched(source.open) });
  });
  return aScaledObject({
    name,
    pollingIntervalMs,
    triggers: [forecast, ...reactive],
    bounds: { minReplicaCount: 0, maxReplicaCount: 100, idleReplicaCount: null },
    fallback: i % 3 === 0 ? { failureThreshold: 3, replicas: 5, behavior: 'static' } : null,
    modifiers:
      i % 5 === 0
        ? {
            formula: 'max([forecast, t1, t2]) + (t3 ?? 0)',
            target: 20,
            activationTarget: 0,
            metricType: 'AverageValue',
          }
        : null,
  });
}

/** Whether the trouble of the i-th is on: five minutes of every twenty, at times of its own. */
function isOn(i: number, clock: Clock): boolean {
  return Math.floor(clock.now() / (5 * MINUTE_MS) + i) % 4 === 0;
}

function slow(clock: Clock): Gate {
  return (signal) => clock.sleep(2 * SECOND_MS, signal);
}

function flapping(i: number, clock: Clock): Gate {
  return () => (isOn(i, clock) ? Promise.reject(new TriggerError('connection refused')) : Promise.resolve());
}

function hanging(i: number, clock: Clock): Gate {
  return (signal) => (isOn(i, clock) ? clock.sleep(60 * MINUTE_MS, signal) : Promise.resolve());
}

function deaf(i: number, clock: Clock): Gate {
  return (signal) => (isOn(i, clock) ? isDeaf(signal) : Promise.resolve());
}

function throwing(i: number, clock: Clock): Gate {
  return () => {
    if (isOn(i, clock)) throw new TypeError('a bug in a client library');
    return Promise.resolve();
  };
}
