import { describe, expect, it } from 'vitest';
import { subjectOfKey } from '../../src/core/workload-key.js';
import { ApiKeys } from '../../src/serve/keda/api-keys.js';
import { runCli } from './run-cli.js';

describe('keys create', () => {
  it('prints a key that the backend takes for the workload, and nothing else, on standard output', async () => {
    const { status, stdout, stderr } = await runCli(['keys', 'create', 'shop/checkout']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.\n$/);
    expect(ApiKeys.parse(stdout, 'keys').callerOf(stdout.trim())).toMatchObject({ workload: 'shop/checkout' });
    expect(stderr).toContain('--predictkube-keys');
    expect(stderr).not.toContain(stdout.trim());
  });

  it('never prints the same one again', async () => {
    const keys = await Promise.all([1, 2, 3].map(() => runCli(['keys', 'create', 'shop/checkout'])));
    expect(new Set(keys.map(({ stdout }) => stdout)).size).toBe(3);
    for (const { stdout } of keys) expect(subjectOfKey(stdout.trim())).toBe('shop/checkout');
  });

  it.each([
    [['create', 'checkout'], /"checkout" does not name a workload; expected NAMESPACE\/SCALEDOBJECT or/],
    [['create', 'a b/c'], /"a b\/c" does not name a workload/],
    [['create'], /missing required argument 'workload'/],
    [['create', 'a/b', 'c'], /too many arguments/],
    [['delete'], /unknown command 'delete'/],
    [[], /Usage: tidecast keys/],
  ])('is refused as %o', async (args, message) => {
    const { status, stdout, stderr } = await runCli(['keys', ...args]);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([2, '']);
  });
});
