import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, in its order; what stands between them is ignored, as OpenSSL does.
 *
 * @throws {RangeError} there is none, or one cannot be read
 */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(CERTIFICATE);
  if (blocks === null) throw new RangeError('holds no PEM certificate');
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new RangeError(`certificate ${index + 1} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  });
}
