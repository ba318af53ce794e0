import { describe, expect, it } from 'vitest';
import { replayWarnings } from '../../src/cli/replay-warnings.js';
import { DAY_MS } from '../../src/core/duration.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../src/replay/settings.js';

/** Sixteen days of load, of which the last nine are replayed; a replica serves 12. */
const load = { startMs: 0, endMs: 16 * DAY_MS, stepMs: 60_000, gaps: 0, mean: 1, peak: 1 };
const warnings = (change: Partial<ReplaySettings>, ...given: string[]) =>
  replayWarnings(
    {
      settings: { ...DEFAULT_REPLAY, ...change },
      capacityPerReplica: 12,
      report: { fromMs: 7 * DAY_MS, toMs: 16 * DAY_MS },
      load,
    },
    (flag) => given.includes(flag),
  );

describe('warnings of a replay', () => {
  it('name both numbers where a replica answers less than its capacity', () => {
    expect(warnings({ latency: { serviceS: 0.1, serversPerReplica: 1 } })).toEqual([
      'one replica serves 12 by its capacity, but answers 10 per second at most by --request-time and --concurrency: above that its response times are endless',
    ]);
    expect(warnings({ latency: { serviceS: 0.1, serversPerReplica: 2 } })).toEqual([]);
    expect(warnings({})).toEqual([]);
  });

  it('say that less is replayed than was asked for', () => {
    const said = ['--report is 30d, and 9d are replayed: the load spans 16d, and the first 7d of it are history'];
    expect(warnings({ reportMs: 30 * DAY_MS }, 'report')).toEqual(said);
    expect(warnings({ reportMs: 9 * DAY_MS }, 'report')).toEqual([]);
    // What nobody has asked for is as long as the load allows.
    expect(warnings({ reportMs: 30 * DAY_MS })).toEqual([]);
  });
});
