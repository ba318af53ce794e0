import { describe, expect, it } from 'vitest';
import { clusterFacts } from '../../../src/cli/output/replay-cluster.js';
import { DEFAULT_REPLAY } from '../../../src/replay/settings.js';

describe('clusterFacts', () => {
  it.each([
    [{ type: 'Pods', value: 1, periodS: 120 }, '1 pod in 2m'],
    [{ type: 'Pods', value: 4, periodS: 15 }, '4 pods in 15s'],
    [{ type: 'Percent', value: 100, periodS: 15 }, '100 % in 15s'],
  ] as const)('writes a limit of a behavior: %o', (policy, text) => {
    const behavior = { scaleUp: { policies: [policy] } };
    const hpa = { ...DEFAULT_REPLAY.hpa, behavior };
    expect(clusterFacts({ ...DEFAULT_REPLAY, hpa })).toEqual([['the HPA', `scale-up: ${text}`]]);
  });
});
