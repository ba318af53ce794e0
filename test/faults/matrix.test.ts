import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, POLLING_INTERVAL_MS, runCase } from '../../bench/faults/case.js';
import { startForecastRig } from '../../bench/faults/forecast-rig.js';
import { startHttpRig } from '../../bench/faults/http-rig.js';
import type { Rig } from '../../bench/faults/rig.js';

/** Those that need no program; `npm run faults` has all. */
const started: Rig[] = [];
beforeAll(async () => {
  started.push(await startForecastRig(POLLING_INTERVAL_MS), await startHttpRig());
});
afterAll(async () => {
  for (const rig of started) await rig.close();
});

describe('the fault matrix', () => {
  it.each(FAULTS)('%s lowers nothing, and nothing of it is left', async (fault) => {
    const verdicts = await Promise.all(started.map((rig) => runCase(rig, fault)));
    expect(verdicts.flatMap(({ rig, complaints }) => complaints.map((complaint) => `${rig}: ${complaint}`))).toEqual(
      [],
    );
  });

  it('keeps to the forecast while its source is down, and serves an error for what has none', async () => {
    const [forecast, http] = await Promise.all(started.map((rig) => runCase(rig, 'refused')));
    expect([forecast!.served, http!.served]).toEqual(['a value (degraded)', 'error']);
  });

  it('is what docs/fail-safe.md says to run', () => {
    const document = readFileSync(new URL('../../docs/fail-safe.md', import.meta.url), 'utf8');
    expect(document).toContain('`npm run faults`');
    for (const state of ['revoked', 'set forward or back', 'restarts', 'lost', 'full, read-only']) {
      expect(document).toContain(state);
    }
  });
});
