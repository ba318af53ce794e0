import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './programs.js';

/** PEM text and the file it is in. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

export interface CertificateAuthority extends KeyPair {
  /**
   * Signs a certificate for `127.0.0.1` and `localhost`, usable by servers and clients.
   *
   * @param days how long it is valid; negative: it has expired
   */
  issue(commonName: string, days?: number): KeyPair;
}

/**
 * A self-signed authority made by `openssl`, valid for two days.
 *
 * @param folder where the files go; the caller removes it
 */
export function createAuthority(folder: string, commonName = 'tidecast test authority'): CertificateAuthority {
  const fileOf = (name: string, ending: string): string => join(folder, `${name.replace(/\W+/g, '-')}.${ending}`);
  const pair = (name: string): KeyPair => {
    const [keyFile, certFile] = [fileOf(name, 'key'), fileOf(name, 'crt')];
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), keyFile, certFile };
  };
  const request = (name: string, args: readonly string[]): void => {
    const newKey = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      fileOf(name, 'key'),
    ];
    runProgram('openssl', ['req', ...newKey, '-subj', `/CN=${name}`, ...args]);
  };
  request(commonName, ['-x509', '-days', '2', '-out', fileOf(commonName, 'crt')]);
  const authority = pair(commonName);

  const issue = (name: string, days = 2): KeyPair => {
    const [csr, extensions] = [fileOf(name, 'csr'), fileOf(name, 'ext')];
    request(name, ['-out', csr]);
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n');
    const signer = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial'];
    const output = ['-out', fileOf(name, 'crt')];
    runProgram('openssl', [
      'x509',
      '-req',
      '-in',
      csr,
      '-days',
      String(days),
      ...signer,
      '-extfile',
      extensions,
      ...output,
    ]);
    return pair(name);
  };
  return { ...authority, issue };
}
