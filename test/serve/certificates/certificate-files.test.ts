import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { silentLogger } from '../../../src/core/logger.js';
import { CertificateFiles } from '../../../src/serve/certificates/certificate-files.js';
import { ensureSelfSigned } from '../../../src/serve/certificates/self-signed.js';
import { ManualClock } from '../../support/manual-clock.js';
import { hoursFromNow, testAuthority, type Pair } from '../../support/pki.js';
import { describeWithPrograms, runProgram, temporaryFolder } from '../../support/programs.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());
const path = (name: string): string => join(folder.path, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');

describe('certificate files', () => {
  let first: Pair;
  let second: Pair;
  const warnings: object[] = [];
  const logger = { ...silentLogger, warn: (details: object) => void warnings.push(details) };
  beforeEach(async () => {
    const authority = await testAuthority('ca');
    [first, second] = [await authority.issue('first'), await authority.issue('second')];
    warnings.length = 0;
    write(first);
  });
  function write({ cert, key }: Pair): void {
    writeFileSync(path('tls.crt'), cert);
    writeFileSync(path('tls.key'), key);
  }
  const open = (clock = new ManualClock()): Promise<CertificateFiles> =>
    CertificateFiles.open({ certFile: path('tls.crt'), keyFile: path('tls.key'), clock, logger });

  it('are looked at every ten seconds, and taken over when they belong together', async () => {
    const clock = new ManualClock();
    const files = await open(clock);
    const changes: string[] = [];
    files.onChange(() => changes.push(files.current().cert));
    const stop = new AbortController();
    const followed = files.follow(stop.signal);
    await clock.untilSleeping();
    write(second);
    await clock.advance(10_000);
    await clock.untilSleeping();
    expect(files.current()).toEqual(second);
    await clock.advance(10_000);
    await clock.untilSleeping();
    expect(changes).toEqual([second.cert]);
    stop.abort();
    await followed;
  });

  it('that have expired are said to, once', async () => {
    const clock = new ManualClock(Date.now());
    const files = await open(clock);
    await files.reload();
    expect(warnings).toEqual([]);
    await clock.advance(25 * 3_600_000);
    await files.reload();
    await files.reload();
    expect(warnings).toEqual([{ problem: expect.stringMatching(/tls\.crt has expired: 20\d\d-/) as string }]);
  });

  it('that have expired do not replace a pair that has not', async () => {
    const authority = await testAuthority('ca');
    const expired = await authority.issue('old', { notBefore: hoursFromNow(-2), notAfter: hoursFromNow(-1) });
    const files = await open(new ManualClock(Date.now()));
    write(expired);
    await files.reload();
    await files.reload();
    expect(files.current()).toEqual(first);
    expect(warnings).toEqual([{ problem: expect.stringMatching(/tls\.crt has expired: 20\d\d-/) as string }]);
    write(second);
    await files.reload();
    expect(files.current()).toEqual(second);
  });

  it('hold the authorities of clients, where a server asks for those', async () => {
    const authority = await testAuthority('clients');
    writeFileSync(path('ca.crt'), first.cert);
    const props = { certFile: path('tls.crt'), keyFile: path('tls.key'), clientCaFile: path('ca.crt') };
    const files = await CertificateFiles.open({ ...props, clock: new ManualClock(), logger });
    expect(files.current()).toEqual({ ...first, clientCa: first.cert });
    writeFileSync(path('ca.crt'), 'x');
    await files.reload();
    expect(files.current().clientCa).toBe(first.cert);
    expect(JSON.stringify(warnings)).toMatch(
      /ca\.crt: holds no PEM certificate; expected the PEM certificates of authorities/,
    );
    writeFileSync(path('ca.crt'), authority.cert);
    await files.reload();
    expect(files.current().clientCa).toBe(authority.cert);
  });

  it.each<[string, () => Partial<Pair>]>([
    ['half of a new pair', () => ({ cert: second.cert })],
    ['the other half', () => ({ key: second.key })],
    ['a file that is cut off', () => ({ ...second, cert: second.cert.slice(0, 200) })],
    ['an empty file', () => ({ ...second, key: '' })],
  ])('that hold %s leave the last pair in use, with one warning', async (_, broken) => {
    const files = await open();
    write({ ...first, ...broken() });
    await files.reload();
    await files.reload();
    expect(files.current()).toEqual(first);
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain('PRIVATE');
    write(second);
    await files.reload();
    expect(files.current()).toEqual(second);
  });

  it.each<[string, () => void | Promise<void>, RegExp]>([
    ['that are missing', () => folder.remove(), /the serving certificate cannot be read: ENOENT/],
    [
      'that do not belong together',
      () => {
        write({ ...first, key: second.key });
      },
      /tls\.crt and .*tls\.key: .*; expected a PEM certificate and its key/,
    ],
    [
      'that are none',
      () => {
        write({ cert: 'x', key: 'y' });
      },
      /holds no PEM certificate/,
    ],
  ])('%s are refused at the start', async (_, prepare, message) => {
    await prepare();
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(message);
  });
});

describe('generated certificates', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const DAY = 86_400_000;
  const service = { name: 'tidecast', namespace: 'autoscaling' };
  const ensure = (nowMs = NOW, more = {}): ReturnType<typeof ensureSelfSigned> =>
    ensureSelfSigned({ folder: path('certificates'), service, nowMs, ...more });
  const all = (): string[] => ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'].map((name) => read(`certificates/${name}`));

  it('are for the names of the Service, signed by an authority, with keys that only their owner reads', async () => {
    const { caFile, certFile, keyFile } = await ensure();
    const [ca, leaf] = [caFile, certFile].map((file) => new X509Certificate(readFileSync(file)));
    for (const name of [
      'tidecast.autoscaling.svc',
      'tidecast.autoscaling',
      'tidecast.autoscaling.svc.cluster.local',
      'localhost',
    ]) {
      expect([name, leaf!.checkHost(name)]).toEqual([name, name]);
    }
    expect([leaf!.checkHost('tidecast.other.svc'), leaf!.ca, ca!.ca]).toEqual([undefined, false, true]);
    expect(leaf!.verify(ca!.publicKey)).toBe(true);
    expect(leaf!.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    for (const file of [keyFile, path('certificates/ca.key')]) expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('are kept while they are good', async () => {
    await ensure();
    const before = all();
    await ensure(NOW + 200 * DAY);
    expect(all()).toEqual(before);
  });

  it('are renewed by the same authority when a third of the year is left', async () => {
    await ensure();
    const [ca, , cert] = all();
    await ensure(NOW + 250 * DAY);
    expect(all()[0]).toBe(ca);
    expect(all()[2]).not.toBe(cert);
    expect(new X509Certificate(all()[2]!).verify(new X509Certificate(ca!).publicKey)).toBe(true);
  });

  it('get a new authority when the old one would not outlive them', async () => {
    await ensure();
    const [ca] = all();
    await ensure(NOW + 3_400 * DAY);
    expect(all()[0]).not.toBe(ca);
    expect(new X509Certificate(all()[2]!).verify(new X509Certificate(all()[0]!).publicKey)).toBe(true);
  });

  it.each<[string, string, string]>([
    ['a certificate that is damaged', 'tls.crt', 'x'],
    ['a key that is damaged', 'tls.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['an authority whose key is damaged', 'ca.key', ''],
  ])('are made anew in place of %s', async (_, name, text) => {
    await ensure();
    writeFileSync(path(`certificates/${name}`), text);
    const { certFile, keyFile } = await ensure();
    const files = await CertificateFiles.open({ certFile, keyFile, clock: new ManualClock(), logger: silentLogger });
    expect(new X509Certificate(files.current().cert).verify(new X509Certificate(all()[0]!).publicKey)).toBe(true);
  });

  it('are made anew for another Service', async () => {
    await ensure();
    await ensure(NOW, { service: { name: 'other', namespace: 'ns' } });
    expect(new X509Certificate(all()[2]!).checkHost('other.ns.svc')).toBe('other.ns.svc');
  });

  it('name the folder that cannot be written', async () => {
    writeFileSync(path('file'), '');
    await expect(ensure(NOW, { folder: path('file/inside') })).rejects.toThrow(
      /the folder of the generated certificate: .*file/,
    );
  });
});

describeWithPrograms(['openssl'], 'generated certificates, by the judgement of OpenSSL', () => {
  it('verify for the name that kube-apiserver asks for', async () => {
    const { caFile, certFile } = await ensureSelfSigned({
      folder: folder.path,
      service: { name: 'tidecast', namespace: 'tidecast' },
      nowMs: Date.now(),
    });
    const verify = ['verify', '-purpose', 'sslserver', '-verify_hostname', 'tidecast.tidecast.svc'];
    expect(runProgram('openssl', [...verify, '-CAfile', caFile, certFile])).toContain('OK');
  });
});
