import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeWithPrograms, runProgram, temporaryFolder } from '../support/programs.js';
import { runCli } from './run-cli.js';

const SAMPLES = 'deploy/migrate';
const PROMETHEUS = ['--prometheus', 'http://prometheus.monitoring:9090'];

const PREDICTKUBE = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
spec:
  scaleTargetRef:
    name: checkout
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: http://prometheus.monitoring:9090
        query: sum(rate(http_requests_total[2m]))
        queryStep: '2m'
        historyTimeWindow: '7d'
        predictHorizon: '2h'
        threshold: '80'
`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let work: string;
let count = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
});
beforeEach(async () => {
  work = join(folder.path, String(count++));
  await mkdir(work);
});
afterAll(() => folder.remove());

async function write(name: string, text: string): Promise<string> {
  const path = join(work, name);
  await writeFile(path, text);
  return path;
}

describe('migrate', () => {
  it.each(['keda', 'standalone'])('prints of the samples what was reviewed by hand (%s)', async (target) => {
    const { stdout } = await runCli(['migrate', SAMPLES, '--target', target, ...PROMETHEUS]);
    expect(stdout).toBe(await readFile(`test/migrate/golden/samples-${target}.diff`, 'utf8'));
  });

  it('ends with 0 when everything is carried over, and says what to know', async () => {
    const { status, stdout, stderr } = await runCli(['migrate', await write('a.yaml', PREDICTKUBE)]);
    expect(status).toBe(0);
    expect(stdout).toContain('+        scalerAddress: tidecast.tidecast:9190\n');
    expect(stderr).toContain('standalone: no change\n');
    expect(stderr).toContain('a.yaml:9: note, beside KEDA: spec.triggers[0]: the metric is called');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('0 errors, 0 not carried over, 1 note');
  });

  it('ends with 3 when something is not carried over, and names it', async () => {
    const { status, stderr } = await runCli(['migrate', SAMPLES]);
    expect(status).toBe(3);
    expect(stderr).toContain('alerts.yaml:16: not carried over: alert "DiskWillBeFull" has no equivalent');
  });

  it.each([
    ['a file that is not there', 'none.yaml', undefined, 'no such file or folder'],
    ['nothing to migrate', 'a.yaml', 'kind: Service\napiVersion: v1\n', 'nothing to migrate'],
    ['broken YAML', 'a.yaml', 'a: [', 'not valid YAML'],
    ['a trigger that is wrong', 'a.yaml', PREDICTKUBE.replace("'80'", "'many'"), 'threshold: not a number'],
    [
      'bounds that KEDA refuses',
      'a.yaml',
      PREDICTKUBE.replace('  triggers', '  minReplicaCount: 200\n  triggers'),
      'greater than',
    ],
  ])('ends with 1 for %s', async (_, name, text, message) => {
    const path = text === undefined ? join(work, name) : await write(name, text);
    const { status, stderr } = await runCli(['migrate', path]);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  it.each([
    ['an unknown target', ['--target', 'nomad'], 'Allowed choices are keda, standalone, both'],
    ['a scaler address without a port', ['--scaler-address', 'tidecast'], 'Expected HOST:PORT'],
    ['a Prometheus that is none', ['--prometheus', 'prometheus:9090'], 'Expected a URL'],
  ])('refuses %s with 2', async (_, flags, message) => {
    const { status, stderr } = await runCli(['migrate', SAMPLES, ...flags]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('asks the scaler where it is told', async () => {
    const path = await write('a.yaml', PREDICTKUBE);
    const { stdout } = await runCli(['migrate', path, '--scaler-address', 'here.ns.svc:1234']);
    expect(stdout).toContain('+        scalerAddress: here.ns.svc:1234\n');
  });

  it('prints the same as JSON, on standard output alone', async () => {
    const path = await write('a.yaml', PREDICTKUBE);
    const { status, stdout, stderr } = await runCli(['migrate', path, '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const result = JSON.parse(stdout) as { files: { diff: string; text: string }[] };
    expect(result).toMatchObject({
      files: [{ path, target: 'keda', isNew: false }],
      remarks: [{ severity: 'note', file: path, line: 9, field: 'spec.triggers[0]', targets: ['keda'] }],
      written: [],
    });
    expect(result.files[0]!.text).toContain('external-push');
    expect(result.files[0]!.diff).toContain('+++ b/');
  });

  it('shows no password, wherever it stands', async () => {
    const secret = PREDICTKUBE.replace('http://', 'ftp://user:hunter22@');
    const { stdout, stderr } = await runCli(['migrate', await write('a.yaml', secret)]);
    expect(stdout + stderr).not.toContain('hunter22');
  });
});

describe('migrate --out', () => {
  it('writes what the diff shows, below a folder for each target, and nothing else', async () => {
    const out = join(work, 'out');
    await mkdir(join(work, 'in', 'deep'), { recursive: true });
    const path = await write('in/deep/a.yaml', PREDICTKUBE);
    const { stderr } = await runCli(['migrate', join(work, 'in'), '--out', out]);
    expect(stderr).toContain(`written: ${join(out, 'keda', 'deep', 'a.yaml')}\n`);
    expect(await readdir(out)).toEqual(['keda']);
    expect(await readFile(join(out, 'keda', 'deep', 'a.yaml'), 'utf8')).toContain('external-push');
    expect(await readFile(path, 'utf8')).toBe(PREDICTKUBE);
  });

  it('never writes over a file: it says so and writes nothing at all', async () => {
    const out = join(work, 'out');
    await mkdir(join(out, 'keda'), { recursive: true });
    await writeFile(join(out, 'keda', 'b.yaml'), 'mine');
    const a = await write('a.yaml', PREDICTKUBE);
    const b = await write('b.yaml', PREDICTKUBE.replaceAll('checkout', 'search'));
    const { status, stderr } = await runCli(['migrate', a, b, '--out', out]);
    expect(status).toBe(1);
    expect(stderr).toContain('b.yaml exists and is not overwritten; nothing was written');
    expect(await readdir(join(out, 'keda'))).toEqual(['b.yaml']);
    expect(await readFile(join(out, 'keda', 'b.yaml'), 'utf8')).toBe('mine');
  });

  it('refuses two files that would be one', async () => {
    await mkdir(join(work, 'x'));
    await mkdir(join(work, 'y'));
    const x = await write('x/a.yaml', PREDICTKUBE);
    const y = await write('y/a.yaml', PREDICTKUBE.replaceAll('checkout', 'search'));
    const { status, stderr } = await runCli(['migrate', x, y, '--out', join(work, 'out')]);
    expect(status).toBe(1);
    expect(stderr).toContain('two files would be written to');
  });

  it('writes nothing when the input has an error', async () => {
    const a = await write('a.yaml', `${PREDICTKUBE}---\na: [\n`);
    const { status } = await runCli(['migrate', a, '--out', join(work, 'out')]);
    expect(status).toBe(1);
    expect(await readdir(work)).toEqual(['a.yaml']);
  });

  it('writes what migrates no further', async () => {
    const out = join(work, 'out');
    await runCli(['migrate', `${SAMPLES}/scaledobjects.yaml`, '--out', out]);
    for (const target of ['keda', 'standalone']) {
      const { stdout } = await runCli(['migrate', join(out, target), '--target', target]);
      expect(stdout).toBe('');
    }
  });

  it('writes standalone what validate accepts', async () => {
    const out = join(work, 'out');
    await runCli(['migrate', SAMPLES, '--target', 'standalone', '--out', out]);
    const { status, stderr } = await runCli(['validate', out]);
    expect(stderr).not.toContain(': error: ');
    expect(status).toBe(0);
  });
});

describeWithPrograms(['git', 'patch'], 'the diff of one target', () => {
  it.each([
    ['git', ['apply'], '\n'],
    ['patch', ['-p1', '-s', '--binary', '-i'], '\n'],
    ['git', ['apply'], '\r\n'],
    ['patch', ['-p1', '-s', '--binary', '-i'], '\r\n'],
  ])('is taken by %s %j (%j)', async (program, flags, newline) => {
    for (const target of ['keda', 'standalone']) {
      const inputs = join(work, target);
      await cp(SAMPLES, inputs, { recursive: true });
      for (const name of await readdir(inputs)) {
        const text = await readFile(join(inputs, name), 'utf8');
        await writeFile(join(inputs, name), text.replaceAll('\n', newline).trimEnd());
      }
      const out = join(work, `${target}-out`);
      const { stdout } = await runCli(['migrate', inputs, '--target', target, '--out', out]);
      const diff = join(work, `${target}.diff`);
      await writeFile(diff, stdout.replaceAll(`${inputs.slice(1)}/`, ''));
      runProgram(program, [...flags, diff], inputs);
      for (const name of await readdir(join(out, target))) {
        expect(await readFile(join(inputs, name), 'utf8')).toBe(await readFile(join(out, target, name), 'utf8'));
      }
    }
  });
});
