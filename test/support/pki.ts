import { generate } from 'selfsigned';

/** PEM texts. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  /** Default: both. */
  readonly usage?: 'server' | 'client';
  /** Default: `localhost`. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface TestAuthority extends Pair {
  issue(commonName: string, options?: LeafOptions): Promise<Pair>;
}

const KEY = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const HOUR_MS = 3_600_000;

/** A certificate authority in memory, and certificates of any kind signed by it: also expired ones, and for one use only. */
export async function testAuthority(commonName: string): Promise<TestAuthority> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...KEY,
    notBeforeDate: hoursFromNow(-24 * 30),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const ca = { cert: made.cert, key: made.private };
  const issue: TestAuthority['issue'] = async (name, { usage, names = ['localhost'], notBefore, notAfter } = {}) => {
    const leaf = await generate([{ name: 'commonName', value: name }], {
      ...KEY,
      ca,
      notBeforeDate: notBefore ?? hoursFromNow(-1),
      notAfterDate: notAfter ?? hoursFromNow(24),
      extensions: [
        { name: 'extKeyUsage', serverAuth: usage !== 'client', clientAuth: usage !== 'server' },
        {
          name: 'subjectAltName',
          altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
        },
      ],
    });
    return { cert: leaf.cert, key: leaf.private };
  };
  return { ...ca, issue };
}

export function hoursFromNow(hours: number): Date {
  return new Date(Date.now() + hours * HOUR_MS);
}
