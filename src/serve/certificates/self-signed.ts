import { X509Certificate, createPrivateKey, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate, type SelfsignedOptions } from 'selfsigned';
import { UsageError } from '../../core/errors.js';

const DAY_MS = 86_400_000;
const AUTHORITY_MS = 3_650 * DAY_MS;
const CERTIFICATE_MS = 365 * DAY_MS;
/** Clocks of other machines may be behind. */
const BACKDATED_MS = DAY_MS;

/** Where the generated files are. */
export interface SelfSignedFiles {
  /** The authority's certificate, for `caBundle` of the APIService. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface SelfSignedProps {
  /** Made if it is not there. */
  readonly folder: string;
  /** The Kubernetes Service by which the API is reached. */
  readonly service: { readonly name: string; readonly namespace: string };
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * Sees to it that a folder holds a usable authority (`ca.crt`, `ca.key`) and a certificate for the Service signed by it
 * (`tls.crt`, `tls.key`). What is there is kept while it is valid: for the certificate, until a third of its year is left;
 * for the authority, while it outlives a new certificate.
 *
 * @throws {UsageError} the folder cannot be read or written
 */
export async function ensureSelfSigned({ folder, service, nowMs }: SelfSignedProps): Promise<SelfSignedFiles> {
  const files = { caFile: join(folder, 'ca.crt'), certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const caKeyFile = join(folder, 'ca.key');
  try {
    await mkdir(folder, { recursive: true });
    const known = await readPair(files.caFile, caKeyFile);
    const authority = known !== null && lasts(known, nowMs + CERTIFICATE_MS) ? known : await newAuthority(nowMs);
    if (authority !== known) await writePair(authority, files.caFile, caKeyFile);
    const names = namesOf(service);
    const served = await readPair(files.certFile, files.keyFile);
    if (served === null || !isFor(served, authority, names) || !lasts(served, nowMs + CERTIFICATE_MS / 3)) {
      await writePair(await newCertificate(authority, names, nowMs), files.certFile, files.keyFile);
    }
  } catch (error) {
    throw new UsageError(`the folder of the generated certificate: ${(error as Error).message}`, { cause: error });
  }
  return files;
}

/** The first is what kube-apiserver verifies; `localhost` is for people. */
function namesOf({ name, namespace }: SelfSignedProps['service']): string[] {
  const short = `${name}.${namespace}`;
  return [`${short}.svc`, short, `${short}.svc.cluster.local`, 'localhost'];
}

function newAuthority(nowMs: number): Promise<Pair> {
  // The name is new each time: a client that has both must not take one for the other.
  return issue(`tidecast ${randomUUID()}`, nowMs + AUTHORITY_MS, {
    notBeforeDate: new Date(nowMs - BACKDATED_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

function newCertificate(ca: Pair, names: readonly string[], nowMs: number): Promise<Pair> {
  return issue(names[1]!.slice(0, 64), nowMs + CERTIFICATE_MS, {
    ca,
    notBeforeDate: new Date(nowMs - BACKDATED_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
}

async function issue(commonName: string, notAfterMs: number, options: SelfsignedOptions): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(notAfterMs),
    ...options,
  });
  return { cert, key };
}

/** Null when it is not there, or no such pair. */
async function readPair(certFile: string, keyFile: string): Promise<Pair | null> {
  try {
    const pair = { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    return new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key)) ? pair : null;
  } catch {
    return null;
  }
}

function lasts({ cert }: Pair, untilMs: number): boolean {
  return Date.parse(new X509Certificate(cert).validTo) > untilMs;
}

function isFor({ cert }: Pair, authority: Pair, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  return (
    certificate.verify(new X509Certificate(authority.cert).publicKey) &&
    names.every((name) => certificate.checkHost(name) !== undefined)
  );
}

/** The key first: whoever reads between the two writes finds a pair that does not match, and keeps the last one. */
async function writePair({ cert, key }: Pair, certFile: string, keyFile: string): Promise<void> {
  await replaceFile(keyFile, key, 0o600);
  await replaceFile(certFile, cert, 0o644);
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, text, { mode });
  await rename(next, path);
}
