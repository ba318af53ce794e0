import { expect, test } from 'vitest';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { triggerDocumentation } from './documentation.js';

const types = createTriggerTypes({ clock: new ManualClock(0) });

test('docs/triggers.md says what the declarations say', async () => {
  await expect(triggerDocumentation(types)).toMatchFileSnapshot('../../docs/triggers.md');
});

test.each(types)('$name is declared whole: every parameter has a place and a meaning, no two share a name', (type) => {
  const names = Object.entries(type.parameters).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const { description, places } of Object.values(type.parameters)) {
    expect(description.length).toBeGreaterThan(5);
    expect(places.length).toBeGreaterThan(0);
  }
});
