import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeTriggerContract } from '../contract/trigger-contract.js';
import { startScaler } from './hand-made-scaler.js';

interface Ref {
  readonly scalerMetadata: Readonly<Record<string, string>>;
}

describeTriggerContract({
  title: 'external',
  programs: [],
  types: createTriggerTypes({ clock: new ManualClock() }),
  start: async () => {
    const lengths = new Map<string, number>();
    const lengthOf = ({ scalerMetadata: { queue = '' } }: Ref): number | undefined => lengths.get(queue);
    const scaler = await startScaler({
      GetMetricSpec: () => ({ metricSpecs: [{ metricName: 'length', targetSizeFloat: 5 }] }),
      GetMetrics: ({ scaledObjectRef }) => {
        const length = lengthOf(scaledObjectRef as Ref);
        if (length === undefined) return { code: 5, details: 'no such queue' };
        return { metricValues: [{ metricName: 'length', metricValueFloat: length }] };
      },
      IsActive: (ref) => ({ result: lengthOf(ref as unknown as Ref) !== 0 }),
    });
    return {
      port: scaler.port,
      write: (queue, port) => ({ type: 'external', metadata: { scalerAddress: `127.0.0.1:${port}`, queue } }),
      fill: (queue, length) => {
        lengths.set(queue, length);
        return Promise.resolve();
      },
      kill: () => {
        scaler.kill();
        return Promise.resolve();
      },
      restart: () => scaler.restart(),
      stop: () => {
        scaler.kill();
        return Promise.resolve();
      },
    };
  },
  missing: /NOT_FOUND: no such queue/,
  withoutCredentials: 'a scaler knows clients by their certificates only',
  metricsWhenAsked: [{ name: 'length', target: 5 }],
});
