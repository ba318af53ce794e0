import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/programs.js';
import { runCli } from './run-cli.js';

const SCALED_OBJECT = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
  namespace: shop
spec:
  scaleTargetRef:
    name: checkout
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: http://user:hunter22@prometheus.monitoring:9090/prefix
        query: sum(rate(http_requests_total[2m]))
        queryStep: '2m'
        historyTimeWindow: '7d'
        predictHorizon: '2h'
        threshold: '80'
`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let [good, warning, broken]: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  good = await write('good.yaml', SCALED_OBJECT);
  warning = await write('warning.yaml', `${SCALED_OBJECT}        quantil: '0.9'\n`);
  broken = await write('broken.yaml', SCALED_OBJECT.replace("'2m'", "'soon'").replace("'80'", "'many'"));
});
afterAll(() => folder.remove());

describe('validate', () => {
  it('shows the workloads of good configuration, and ends with 0', async () => {
    const { status, stdout, stderr } = await runCli(['validate', good!]);
    expect([status, stderr]).toEqual([0, '']);
    const [header, row] = stdout.trimEnd().split('\n');
    expect(header?.split(/ {2,}/)).toEqual(
      'WORKLOAD,METRIC,TARGET,HISTORY,STEP,HORIZON,LEAD TIME,QUANTILE,MODE'.split(','),
    );
    expect(row?.split(/ {2,}/)).toEqual(
      'shop/checkout,s0-predictkube-predictkube_metric,80,7d,2m,2h,auto,0.9,auto'.split(','),
    );
  });

  it('shows the triggers beside those that are forecast', async () => {
    const { status, stdout } = await runCli(['validate', 'deploy/samples/queue-drained.yaml']);
    expect(status).toBe(0);
    const [, table] = stdout.trimEnd().split('\n\n');
    expect(table!.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['SCALEDOBJECT', 'TRIGGER', 'NAME', 'METRIC', 'TARGET', 'QUEUE'],
      ['shop/parcels-worker', 'kafka', '-', 's1-kafka-parcels', '2400', 'drained in 2m at 20/s per replica'],
    ]);
    const { stdout: json } = await runCli(['validate', 'deploy/samples/queue-drained.yaml', '--json']);
    expect(JSON.parse(json)).toMatchObject({
      scaledObjects: [
        {
          id: 'shop/parcels-worker',
          triggers: [
            { kind: 'forecast', name: 'arrivals' },
            {
              kind: 'reactive',
              type: 'kafka',
              metrics: [{ name: 's1-kafka-parcels', target: 2_400 }],
              drain: { arrivalsIndex: 0, perReplica: 20, drainTimeSeconds: 120 },
            },
          ],
        },
      ],
    });
  });

  it('accepts all samples that come with it', async () => {
    const { status, stderr } = await runCli(['validate', 'deploy/samples']);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('reports a warning with line, field and suggestion, and still ends with 0', async () => {
    const { status, stdout, stderr } = await runCli(['validate', warning!]);
    expect(status).toBe(0);
    expect(stderr).toContain(`${warning!}:18: warning: spec.triggers[0].metadata.quantil`);
    expect(stderr).toContain('did you mean "quantile"?');
    expect(stderr).toContain('0 errors, 1 warning');
    expect(stdout).toContain('shop/checkout');
  });

  it('reports all errors at once, and ends with 1', async () => {
    const { status, stderr } = await runCli(['validate', broken!]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${broken!}:14: error: spec.triggers[0].metadata.queryStep`);
    expect(stderr).toContain('got "soon"');
    expect(stderr).toContain(`${broken!}:17: error: spec.triggers[0].metadata.threshold`);
    expect(stderr).toContain('2 errors, 0 warnings');
  });

  it.each([
    ['a missing file', 'no-such-file.yaml', 'no-such-file.yaml: error: no such file or folder'],
    ['something else than a file', '/dev/null', '/dev/null: error: neither a file nor a folder'],
    ['a folder without ScaledObjects', 'src/core', 'src/core: error: no ScaledObject found'],
  ])('says of %s what is wrong, and ends with 1', async (_, path, message) => {
    const { status, stderr } = await runCli(['validate', path]);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  it('prints the same as JSON, problems included, on standard output alone', async () => {
    const { status, stdout, stderr } = await runCli(['validate', broken!, '--json']);
    expect([status, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      workloads: [],
      problems: [
        { severity: 'error', file: broken, line: 14, field: 'spec.triggers[0].metadata.queryStep', value: 'soon' },
        { severity: 'error', file: broken, line: 17, field: 'spec.triggers[0].metadata.threshold', value: 'many' },
      ],
    });
  });

  it('shows no secret in either form', async () => {
    for (const args of [
      ['validate', good!],
      ['validate', good!, '--json'],
      ['validate', broken!, '--json'],
    ]) {
      const { stdout, stderr } = await runCli(args);
      expect(stdout + stderr).not.toContain('hunter22');
    }
    const { stdout } = await runCli(['validate', good!, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      problems: [],
      workloads: [{ id: 'shop/checkout/s0-predictkube-predictkube_metric', namespace: 'shop', targetPerReplica: 80 }],
    });
  });
});
