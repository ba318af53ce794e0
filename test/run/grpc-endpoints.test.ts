import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import { GrpcEndpoints, type GrpcEndpointsProps } from '../../src/run/grpc-endpoints.js';
import type { Service } from '../../src/run/service.js';
import { SelfMetrics } from '../../src/serve/self/metrics.js';
import { createAuthority, type CertificateAuthority, type KeyPair } from '../support/certificates.js';
import { FakeServiceView } from '../support/fake-service-view.js';
import { ManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/programs.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let authority: CertificateAuthority;
let endpoints: GrpcEndpoints | undefined;
const clock = new ManualClock(Date.now());
beforeEach(async () => {
  folder = await temporaryFolder();
  authority = createAuthority(folder.path);
});
afterEach(async () => {
  await endpoints?.close();
  endpoints = undefined;
  await folder.remove();
});

const tls = () => ({ certFile: join(folder.path, 'tls.crt'), keyFile: join(folder.path, 'tls.key') });
function show({ certFile, keyFile }: KeyPair): void {
  copyFileSync(keyFile, tls().keyFile);
  copyFileSync(certFile, tls().certFile);
}
function open(props: Pick<GrpcEndpointsProps, 'scaler' | 'predictkube'>): Promise<GrpcEndpoints> {
  return GrpcEndpoints.open({
    ...props,
    service: { view: new FakeServiceView() } as unknown as Service,
    train: () => Promise.reject(new Error('nothing is trained here')),
    ...{ clock, logger: silentLogger, metrics: new SelfMetrics() },
  });
}
/** The name in the certificate that an address shows to a new connection. */
async function shownBy(url: string): Promise<string> {
  const port = Number(new URL(url.replace(/^grpcs/, 'https')).port);
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca: authority.cert, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

it('both endpoints show a certificate that is replaced in its files within ten seconds', async () => {
  show(authority.issue('first'));
  const address = { host: '127.0.0.1', port: 0, tls: tls() };
  endpoints = await open({ scaler: address, predictkube: { ...address, keys: { text: 'a.b.c', fileName: 'keys' } } });
  const { scaler, predictkube } = await endpoints.start();
  expect([await shownBy(scaler!), await shownBy(predictkube!)]).toEqual(['first', 'first']);
  show(authority.issue('second'));
  await clock.advance(10_000);
  await expect.poll(() => shownBy(scaler!)).toBe('second');
  await expect.poll(() => shownBy(predictkube!)).toBe('second');
});

it('certificates that cannot be used are refused at the start, by the names of their files', async () => {
  show({ ...authority.issue('first'), keyFile: authority.issue('other').keyFile });
  const error = await open({ scaler: { host: '127.0.0.1', port: 0, tls: tls() } }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/tls\.crt and .*tls\.key: .*; expected a PEM certificate and its key/);
});
