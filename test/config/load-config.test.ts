import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigFiles } from '../../src/config/config-files.js';
import { loadConfig } from '../../src/config/load-config.js';
import { renderProblems } from '../../src/config/render-problems.js';
import { FORECASTERS, WEB } from './manifests.js';

const options = { env: {}, forecasterNames: FORECASTERS };
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const named = (name: string): string => WEB.replaceAll('name: web', `name: ${name}`);

test('reads a folder of an application: its workloads, and nothing to complain of', async () => {
  const env = { PROMETHEUS: 'http://prometheus:9090', RABBITMQ: 'amqp://rabbitmq' };
  const { workloads, problems } = await loadConfig([path('fixtures/application')], { ...options, env });
  expect(problems).toEqual([]);
  expect(workloads.map(({ id, targetPerReplica, stepMs }) => [id, targetPerReplica, stepMs])).toEqual([
    ['default/listed/s0-predictkube-predictkube_metric', 100, 120_000],
    ['default/listed/s1-predictkube-predictkube_metric', 50, 120_000],
    ['shop/from-json/s0-predictkube-predictkube_metric', 100, 120_000],
    // A step of 0 is five minutes, as in KEDA.
    ['default/batch/s1-predictkube-predictkube_metric', 100, 300_000],
  ]);
});

test('the samples of the repository have no problems', async () => {
  const { workloads, problems } = await loadConfig([path('../../deploy/samples')], options);
  expect(renderProblems(problems)).toBe('no problems');
  expect(workloads.map(({ scaledObject }) => scaledObject).sort()).toEqual([
    'checkout',
    'orders-worker',
    'parcels-worker',
    'predictkube-scaledobject',
    'search',
  ]);
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidecast-config-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(files: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }

  const load = async (...names: string[]) => {
    const { workloads, problems } = await loadConfig(
      names.map((name) => join(folder, name)),
      options,
    );
    return {
      names: workloads.map(({ scaledObject }) => scaledObject),
      problems: problems.map(({ file, line, message }) => `${file.replace(folder, '')}:${line} ${message}`),
    };
  };

  test('reads YAML and JSON files of subfolders by name, and passes over others and hidden ones', async () => {
    await write({
      'b.yaml': named('b'),
      'a/z.YML': named('az'),
      'a/y.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }),
      'README.md': 'kind: [',
      '.hidden.yaml': 'kind: [',
      '.git/config.yaml': 'kind: [',
    });
    expect(await load('')).toEqual({ names: ['az', 'b'], problems: [] });
  });

  test('reads a file that is named, whatever its name', async () => {
    await write({ 'manifest.txt': named('a'), '.hidden': named('b') });
    expect(await load('manifest.txt', '.hidden')).toEqual({ names: ['a', 'b'], problems: [] });
  });

  test('reads a file once, however often it is reached', async () => {
    await write({ 'a.yaml': WEB });
    await symlink(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
    expect(await load('', 'a.yaml', 'b.yaml')).toEqual({ names: ['web'], problems: [] });
  });

  test('a mounted ConfigMap, with its links and hidden folders, is read once', async () => {
    await write({ '..2026_03_01/web.yaml': WEB });
    await symlink('..2026_03_01', join(folder, '..data'));
    await symlink('..data/web.yaml', join(folder, 'web.yaml'));
    expect(await load('')).toEqual({ names: ['web'], problems: [] });
  });

  test('a link in a circle comes to an end', async () => {
    await write({ 'a/web.yaml': WEB });
    await symlink(folder, join(folder, 'a', 'again'));
    expect(await load('')).toEqual({ names: ['web'], problems: [] });
  });

  test('a path that does not exist does not keep the others from being read', async () => {
    await write({ 'a.yaml': WEB });
    expect(await load('missing', 'a.yaml')).toEqual({
      names: ['web'],
      problems: ['/missing:0 no such file or folder'],
    });
  });

  test('a link that leads nowhere is a problem', async () => {
    await symlink(join(folder, 'missing'), join(folder, 'a.yaml'));
    expect((await load('')).problems).toEqual(['/a.yaml:0 no such file or folder']);
  });

  test('no ScaledObject at all is a problem', async () => {
    await write({ 'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n' });
    expect((await load('')).problems).toEqual([':0 no ScaledObject found']);
  });

  test('a folder named like a file is a folder', async () => {
    await write({ 'a.yaml/web.yaml': WEB });
    expect(await load('')).toEqual({ names: ['web'], problems: [] });
  });
});

describe('with a file system that misbehaves', () => {
  const files = (changes: Partial<ConfigFiles>): ConfigFiles => ({
    stat: (name) => Promise.resolve({ type: 'file', size: WEB.length, realPath: `/${name}` }),
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(WEB),
    ...changes,
  });
  const load = async (changes: Partial<ConfigFiles>) => {
    const { problems } = await loadConfig(['a.yaml'], { ...options, files: files(changes) });
    return renderProblems(problems).split('\n')[0];
  };

  test('a file that vanishes', async () => {
    const gone = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    expect(await load({ read: () => Promise.reject(gone) })).toBe('a.yaml: error: no such file or folder');
  });

  test('a disk that fails, in whatever way', async () => {
    expect(await load({ read: () => Promise.reject(new Error('boom')) })).toBe(
      'a.yaml: error: cannot be read: unknown error',
    );
    expect(await load({ stat: () => Promise.reject(Object.assign(new Error(), { code: 'EIO' })) })).toBe(
      'a.yaml: error: cannot be read: EIO',
    );
  });

  test('a folder that cannot be listed', async () => {
    const denied = Object.assign(new Error(), { code: 'EACCES' });
    const stat = () => Promise.resolve({ type: 'folder', size: 0, realPath: '/' } as const);
    expect(await load({ stat, list: () => Promise.reject(denied) })).toBe('a.yaml: error: cannot be read: EACCES');
  });

  test('a file that is too large is not read', async () => {
    const stat = () => Promise.resolve({ type: 'file', size: 20_000_000, realPath: '/a' } as const);
    const read = () => Promise.reject(new Error('must not be read'));
    expect(await load({ stat, read })).toBe(
      'a.yaml: error: too large (got "20000000 bytes"; expected at most 16777216 bytes)',
    );
  });

  test('a pipe', async () => {
    const stat = () => Promise.resolve({ type: 'other', size: 0, realPath: '/a' } as const);
    expect(await load({ stat })).toBe('a.yaml: error: neither a file nor a folder');
  });
});

test('no path at all is a problem', async () => {
  const { problems } = await loadConfig([], options);
  expect(renderProblems(problems)).toBe('configuration: error: no ScaledObject found\n1 error, 0 warnings');
});
