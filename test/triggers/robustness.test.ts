import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { makeTrigger } from './make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });

/** Values that are likely to get past one rule and into the next. */
const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '0',
    '5',
    '-1',
    '1e3',
    '0x10',
    'true',
    'enable',
    'a=1',
    '1-3',
    '5s',
    'a:1',
    'a:1,b:2',
    'QueueLength',
  ),
  fc.constantFrom('amqp://u:p@h:1/v', 'http://h', 'https://[::1]:1/%zz', '-----BEGIN CERTIFICATE-----'),
);

test.each(types)('whatever is written, $name is a trigger or says what is wrong, and does not throw', (type) => {
  const names = Object.entries(type.parameters).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  const metadata = fc.dictionary(fc.constantFrom(...names, ...names.map((name) => `${name}FromEnv`)), value);
  const auth = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(
      metadata,
      auth,
      fc.constantFrom(undefined, 'Value', 'Utilization', 'AverageValue'),
      (given, secret, kind) => {
        const written = { type: type.name, metadata: given, auth: secret, env: { A: 'a' } };
        const { trigger, problems } = makeTrigger(
          types,
          kind === undefined ? written : { ...written, metricType: kind },
        );
        const isError = problems.some((problem) => problem.startsWith('error'));
        expect(trigger === undefined).toBe(isError);
        if (trigger?.kind !== 'reactive') return;
        for (const { name, target } of trigger.metrics ?? []) {
          expect(name).not.toMatch(/[/.:%()]/);
          expect(target).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 200 },
  );
});
