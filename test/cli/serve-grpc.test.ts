import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient } from '../serve/keda/client.js';
import { createAuthority, type CertificateAuthority, type KeyPair } from '../support/certificates.js';
import { temporaryFolder } from '../support/programs.js';
import { runProgram } from '../../src/cli/program.js';
import { runCli } from './run-cli.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let authority: CertificateAuthority;
let server: KeyPair;
let keys: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  authority = createAuthority(folder.path);
  server = authority.issue('server');
  keys = join(folder.path, 'keys');
  writeFileSync(keys, 'a.b.c\n');
});
afterAll(() => folder.remove());

const GRPC = ['--grpc-listen', '127.0.0.1:0'];
const BACKEND = ['--predictkube-listen', '127.0.0.1:0'];

describe('serve with gRPC', () => {
  it('needs no file, speaks TLS as asked for, and ends by its signal', async () => {
    const abort = new AbortController();
    const tls = ['--grpc-cert', server.certFile, '--grpc-key', server.keyFile, '--grpc-client-ca', authority.certFile];
    const args = [...GRPC, ...BACKEND, ...tls, '--predictkube-keys', keys];
    let stdout = '';
    let announce: (text: string) => void = () => undefined;
    const started = new Promise<string>((resolve) => (announce = resolve));
    const write = (text: string): void => {
      stdout += text;
      if (stdout.includes('PredictKube')) announce(stdout);
    };
    const status = runProgram(
      ['serve', '--listen', '127.0.0.1:0', '--store', 'memory', '--log-level', 'silent', ...args],
      '0.0.0',
      { stdout: { write }, stderr: { write }, env: {}, now: () => 0, signal: abort.signal, endAtOnce: () => undefined },
    );
    const text = await Promise.race([started, status.then(() => stdout)]);
    const [, scaler] = /external scaler on (\S+)/.exec(text)!;
    const [, backend] = /PredictKube backend on (\S+)/.exec(text)!;
    const buffers = [authority.cert, ...(({ key, cert }) => [key, cert])(authority.issue('keda'))].map((pem) =>
      Buffer.from(pem),
    ) as [Buffer, Buffer, Buffer];

    const keda = new TestClient(
      scaler!,
      'externalscaler.proto',
      'externalscaler.ExternalScaler',
      credentials.createSsl(...buffers),
    );
    const ref = { namespace: 'shop', name: 'checkout', scalerMetadata: {} };
    await expect(keda.call('IsActive', ref)).rejects.toThrow(
      /INVALID_ARGUMENT.*ScaledObject shop\/checkout is not configured here.*query is required/,
    );
    // The backend's clients have no certificate.
    const trigger = new TestClient(
      backend!,
      'predictkube.proto',
      'services.MlEngineService',
      credentials.createSsl(buffers[0]),
    );
    const observations = [{ timestamp: { seconds: Math.floor(Date.now() / 1_000) }, value: 42.5 }];
    const reply = await trigger.call('GetPredictMetric', { observations }, { 'x-auth-api-key': 'a.b.c' });
    expect(reply).toEqual({ result_metric: 42 });

    keda.close();
    trigger.close();
    abort.abort();
    expect(await status).toBe(0);
  });

  it.each([
    ['no path and no gRPC', () => [], /missing required argument 'path'/],
    ['a certificate without its key', () => [...GRPC, '--grpc-cert', 'x'], /--grpc-cert and --grpc-key go together/],
    ['a certificate for nothing', () => ['--grpc-cert', 'x', '--grpc-key', 'x'], /--grpc-cert needs --grpc-listen or/],
    ['client certificates without TLS', () => [...GRPC, '--grpc-client-ca', 'x'], /--grpc-client-ca needs --grpc-cert/],
    [
      'client certificates for the backend, whose clients have none',
      () => [...BACKEND, '--predictkube-keys', keys, '--grpc-cert', 'x', '--grpc-key', 'x', '--grpc-client-ca', 'x'],
      /--grpc-client-ca needs --grpc-listen/,
    ],
    [
      'a backend without keys',
      () => BACKEND,
      /--predictkube-listen needs keys, either by --predictkube-keys or by TIDE/,
    ],
    [
      'keys without a backend',
      () => [...GRPC, '--predictkube-keys', keys],
      /--predictkube-keys needs --predictkube-listen/,
    ],
    ['a file that is not there', () => [...BACKEND, '--predictkube-keys', '/no/such'], /--predictkube-keys: ENOENT/],
    [
      'a certificate that is none',
      () => [...GRPC, '--store', 'memory', '--grpc-cert', keys, '--grpc-key', keys],
      /keys: holds no PEM certificate; expected a PEM certificate and its key/,
    ],
    [
      'keys that are none',
      () => [...BACKEND, '--store', 'memory', '--predictkube-keys', server.keyFile],
      /server\.key:1 is not a key that KEDA accepts/,
    ],
    ['an address that is none', () => ['--grpc-listen', 'here'], /Expected HOST:PORT/],
  ])('is refused with %s', async (_, args, message) => {
    const { status, stderr } = await runCli(['serve', ...args()]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
  it.each([
    ['are none', 'a.b.c, hush', BACKEND, /TIDECAST_PREDICTKUBE_KEYS:2 is not a key that KEDA accepts/],
    [
      'are in a file too',
      'a.b.c',
      [...BACKEND, '--predictkube-keys', '/no/such'],
      /either by --predictkube-keys or by/,
    ],
  ])('is refused when the keys of the environment %s', async (_, list, args, message) => {
    const env = { TIDECAST_PREDICTKUBE_KEYS: list };
    const { status, stderr } = await runCli(['serve', '--store', 'memory', ...args], { env });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('hush');
    expect(status).toBe(2);
  });
});
