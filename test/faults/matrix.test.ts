import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verdict, isExempt, runCase } from '../../bench/faults/case.js';
import { FAULTS } from '../../bench/faults/fault.js';
import type { Rig } from '../../bench/faults/rig.js';
import { QUICK_RIGS, SLOW_RIGS } from '../../bench/faults/rigs.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { describeWithPrograms } from '../support/programs.js';

/** Forms of one class: what differs is how to connect, or a name. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  redis: ['redis-cluster', 'redis-sentinel'],
  'redis-streams': ['redis-cluster-streams', 'redis-sentinel-streams'],
  kafka: ['apache-kafka'],
  external: ['external-push'],
};

// Those that start at once; `npm run faults` has all.
const programs = [...new Set(QUICK_RIGS.flatMap((kind) => kind.programs))];

describeWithPrograms(programs, 'the fault matrix', () => {
  const rigs: Rig[] = [];
  beforeAll(async () => {
    for (const { start } of QUICK_RIGS) rigs.push(...(await start()));
  }, 120_000);
  afterAll(async () => {
    for (const rig of rigs) await rig.close();
  });

  it.each(FAULTS)(
    '%s lowers nothing, is told for what it is, and leaves nothing behind',
    async (fault) => {
      const outcomes = await Promise.all(rigs.map((rig) => runCase(rig, fault)));
      const verdicts = outcomes.filter((outcome): outcome is Verdict => !isExempt(outcome));
      expect(
        verdicts.flatMap(({ rig, lowered, complaints }) => [...lowered, ...complaints].map((it) => [rig, it])),
      ).toEqual([]);
      expect(verdicts.length).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('the whole matrix', () => {
  it('has every type of triggers', () => {
    const classes = [...QUICK_RIGS, ...SLOW_RIGS].flatMap(({ names }) => names).flatMap((name) => name.split(', '));
    const covered = classes.flatMap((name) => [name.split(' ')[0]!, ...(ALSO[name] ?? [])]);
    const types = createTriggerTypes({ clock: new ManualClock() }).map(({ name }) => name);
    expect(new Set(covered)).toEqual(new Set([...types, 'forecast']));
  });

  it('is what docs/fail-safe.md says to run', () => {
    const document = readFileSync(new URL('../../docs/fail-safe.md', import.meta.url), 'utf8');
    expect(document).toContain('`npm run faults`');
    for (const state of ['revoked', 'set forward or back', 'restarts', 'lost', 'full, read-only']) {
      expect(document).toContain(state);
    }
  });
});
