import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../core/clock.js';
import { UsageError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { CertificateSource, ServingCertificate } from './certificate-source.js';
import { readCertificates } from './pem.js';

/** Read rather than watched: a mounted Secret changes by a swap of links, which watches miss. */
const PERIOD_MS = 10_000;

/** Paths of PEM files. */
export interface CertificatePaths {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities of the clients; absent: clients need no certificate. */
  readonly clientCaFile?: string;
}

export interface CertificateFilesProps extends CertificatePaths {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A certificate, its key and the authorities of the clients in PEM files, which may be replaced at any time. */
export class CertificateFiles implements CertificateSource {
  readonly #props: CertificateFilesProps;
  #current: ServingCertificate;
  #complaint: string | null = null;
  readonly #listeners: (() => void)[] = [];

  private constructor(props: CertificateFilesProps, current: ServingCertificate) {
    this.#props = props;
    this.#current = current;
  }

  /** @throws {UsageError} a file that cannot be read, or a certificate and a key that do not belong together */
  static async open(props: CertificateFilesProps): Promise<CertificateFiles> {
    return new CertificateFiles(props, await readAll(props));
  }

  current(): ServingCertificate {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes over what is in the files now, if it can be used; half a replacement is not, and is looked at again later. */
  async reload(): Promise<void> {
    let next: ServingCertificate;
    try {
      next = await readAll(this.#props);
    } catch (error) {
      this.#complain(
        (error as Error).message,
        'the serving certificate cannot be replaced; the last one goes on being used',
      );
      return;
    }
    const problem = `${this.#props.certFile} has expired: ${expiryOf(next).toISOString()}`;
    if (this.#hasExpired(next) && !this.#hasExpired(this.#current)) {
      this.#complain(problem, 'the serving certificate is not replaced; the last one goes on being used');
      return;
    }
    if (!isDeepStrictEqual(next, this.#current)) this.#replace(next);
    if (this.#hasExpired(next)) this.#complain(problem, 'clients refuse the serving certificate');
    else this.#complaint = null;
  }

  #hasExpired(certificate: ServingCertificate): boolean {
    return expiryOf(certificate).getTime() <= this.#props.clock.now();
  }

  #replace(next: ServingCertificate): void {
    const { certFile, logger } = this.#props;
    this.#current = next;
    logger.info({ certFile, expires: expiryOf(next).toISOString() }, 'the serving certificate was replaced');
    for (const listener of this.#listeners) listener();
  }

  /** Reloads every ten seconds until `signal` is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await this.#props.clock.sleep(PERIOD_MS, signal).catch(() => undefined);
      if (!isOver()) await this.reload();
    }
  }

  /** Once for each problem, not every ten seconds. */
  #complain(problem: string, message: string): void {
    if (problem === this.#complaint) return;
    this.#complaint = problem;
    this.#props.logger.warn({ problem }, message);
  }
}

/** When the first certificate of the chain, the server's own, ends. */
export function expiryOf({ cert }: ServingCertificate): Date {
  return new Date(readCertificates(cert)[0]!.validTo);
}

async function readAll({ certFile, keyFile, clientCaFile }: CertificatePaths): Promise<ServingCertificate> {
  const pair = { cert: await readText(certFile), key: await readText(keyFile) };
  checked(`${certFile} and ${keyFile}`, 'a PEM certificate and its key', () => {
    const [certificate] = readCertificates(pair.cert);
    createSecureContext(pair);
    // OpenSSL takes an empty key for none.
    if (!certificate!.checkPrivateKey(createPrivateKey(pair.key))) throw new RangeError('they do not belong together');
  });
  if (clientCaFile === undefined) return pair;
  const clientCa = await readText(clientCaFile);
  checked(clientCaFile, 'the PEM certificates of authorities', () => readCertificates(clientCa));
  return { ...pair, clientCa };
}

function checked(files: string, expected: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new UsageError(`${files}: ${(error as Error).message}; expected ${expected}`, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`the serving certificate cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
