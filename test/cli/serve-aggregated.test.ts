import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { FakeKubeApiserver } from '../support/fake-kube-apiserver.js';
import { testAuthority } from '../support/pki.js';
import { temporaryFolder } from '../support/programs.js';
import { runCli } from './run-cli.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let apiserver: FakeKubeApiserver;
let kubeconfig: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  const authority = await testAuthority('kubernetes');
  apiserver = await FakeKubeApiserver.start(authority);
  kubeconfig = join(folder.path, 'kubeconfig');
  writeFileSync(kubeconfig, apiserver.kubeconfig(authority));
});
afterAll(async () => {
  await apiserver.close();
  await folder.remove();
});

const GRPC = ['--grpc-listen', '127.0.0.1:0'];
const PORT = ['--aggregated-port', '0'];

describe('serve with the aggregated API', () => {
  it('generates its certificate, says where its authority is, and answers a bearer of a token', async () => {
    apiserver.users.set('good', { username: 'ci' });
    const abort = new AbortController();
    const certificates = join(folder.path, 'certificates');
    let stdout = '';
    let announce: () => void = () => undefined;
    const announced = new Promise<void>((resolve) => (announce = resolve));
    const write = (part: string): void => {
      stdout += part;
      if (stdout.includes('Aggregated API')) announce();
    };
    const flags = [
      '--aggregated-host',
      '127.0.0.1',
      '--aggregated-cert-dir',
      certificates,
      '--aggregated-drain',
      '1ms',
    ];
    const status = runProgram(
      [
        'serve',
        '--listen',
        '127.0.0.1:0',
        '--store',
        'memory',
        '--log-level',
        'silent',
        ...GRPC,
        ...PORT,
        ...flags,
        '--kubeconfig',
        kubeconfig,
      ],
      '0.0.0',
      { stdout: { write }, stderr: { write }, env: {}, now: () => 0, signal: abort.signal, endAtOnce: () => undefined },
    );
    await Promise.race([announced, status]);
    const [, url, caFile] = /Aggregated API on (\S+); caBundle of the APIService: (\S+)/.exec(stdout)!;
    const sent = request(`${url!}/apis/external.metrics.k8s.io/v1beta1`, {
      ca: readFileSync(caFile!),
      servername: 'tidecast.tidecast.svc',
      headers: { authorization: 'Bearer good' },
    }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect([response.statusCode, JSON.parse(await text(response))]).toMatchObject([200, { kind: 'APIResourceList' }]);
    abort.abort();
    expect(await status).toBe(0);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'no certificate',
      PORT,
      /--aggregated-port needs either --aggregated-cert and --aggregated-key, or --aggregated-cert-dir/,
    ],
    [
      'both kinds of certificate',
      [...PORT, '--aggregated-cert', 'a', '--aggregated-key', 'b', '--aggregated-cert-dir', 'c'],
      /needs either/,
    ],
    [
      'a certificate without its key',
      [...PORT, '--aggregated-cert', 'a'],
      /--aggregated-cert and --aggregated-key go together/,
    ],
    ['a certificate for nothing', ['--aggregated-cert', 'a'], /--aggregated-cert needs --aggregated-port/],
    ['a kubeconfig for nothing', ['--kubeconfig', 'a'], /--kubeconfig needs --aggregated-port/],
    [
      'a Service for a certificate of its own',
      [...PORT, '--aggregated-cert', 'a', '--aggregated-key', 'b', '--aggregated-service', 'a.b'],
      /--aggregated-service needs --aggregated-cert-dir/,
    ],
    ['a Service that is none', [...PORT, '--aggregated-service', 'tidecast'], /Expected NAME\.NAMESPACE/],
    ['a port that is none', ['--aggregated-port', '70000'], /Expected a port/],
    [
      'no kubeconfig outside a cluster',
      [...PORT, '--aggregated-cert-dir', '/tmp/none'],
      /does not run in a Kubernetes pod; expected --kubeconfig/,
    ],
    [
      'a kubeconfig that is not there',
      [...PORT, '--aggregated-cert-dir', '/tmp/none', '--kubeconfig', '/no/such'],
      /--kubeconfig \/no\/such: ENOENT/,
    ],
  ])('is refused with %s', async (_, args, message) => {
    const { status, stderr } = await runCli(['serve', '--store', 'memory', ...GRPC, ...args]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('is refused with certificate files that cannot be read', async () => {
    const files = ['--aggregated-cert', '/no/such', '--aggregated-key', '/no/such'];
    const { status, stderr } = await runCli([
      'serve',
      '--store',
      'memory',
      ...GRPC,
      ...PORT,
      ...files,
      '--kubeconfig',
      kubeconfig,
    ]);
    expect(stderr).toMatch(/the serving certificate cannot be read: ENOENT/);
    expect(status).toBe(2);
  });
});
