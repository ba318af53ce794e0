/** What KEDA takes for a key: three parts in base64url, the last of which may be empty. */
const JWT_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** `namespace/scaledObject`, or a workload's id. */
const WORKLOAD_NAME = /^[^\s/]+\/[^\s/]+(\/[^\s/]+)?$/;

/** Whether KEDA would send this text as the `apiKey` of a `predictkube` trigger. */
export function isApiKey(text: string): boolean {
  return JWT_SHAPE.test(text);
}

/** Whether a key can name this workload: `namespace/scaledObject`, or that and `/metricName`. */
export function isWorkloadName(text: string): boolean {
  return WORKLOAD_NAME.test(text);
}

/**
 * A key that names a workload: an unsecured JWT, whose subject is the workload. It is a secret because of its id, and worth
 * something only where it is among the accepted keys; nothing in it has to be verified.
 *
 * @param workload as {@link isWorkloadName} has it
 * @param id random text of at least 128 bits
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-6
 */
export function newWorkloadKey(workload: string, id: string): string {
  const parts = [
    { alg: 'none', typ: 'JWT' },
    { iss: 'tidecast', sub: workload, jti: id },
  ];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}

/** The subject of a key in the form of a JWT; undefined when it has none, or is of another form. */
export function subjectOfKey(key: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString());
    const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined;
    return typeof subject === 'string' ? subject : undefined;
  } catch {
    return undefined;
  }
}
