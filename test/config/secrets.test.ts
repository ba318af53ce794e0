import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderProblems } from '../../src/config/render-problems.js';
import { configure } from './manifests.js';

const CANARY = 'c4n4ry';

/** A secret in every place where a configuration can hold one, right and wrong. */
const MANIFEST = `\
apiVersion: v1
kind: Secret
metadata: { name: credentials }
data:
  encoded: ${Buffer.from(CANARY).toString('base64')}
  plain: ${CANARY} not base64
  number: 4004
stringData:
  token: "${CANARY}\\nsecond line"
  tag: !${CANARY} x
  pem: ${CANARY}
---
apiVersion: v1
kind: Secret
metadata: { name: broken }
stringData:
  alias: *${CANARY}
  twice: ${CANARY}
  twice: ${CANARY}2
  list: [${CANARY}]
---
apiVersion: v1
kind: Secret
metadata: { name: unreadable }
stringData:
  token: "\\q${CANARY}"
  colons: ${CANARY}: ${CANARY}: ${CANARY}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  header: "${CANARY}:"
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: prometheus }
spec:
  hashiCorpVault: { credential: { token: ${CANARY} } }
  oauth2:
    clientSecret: ${CANARY}
    tokenUrl: ftp://user:${CANARY}@idp/token?key=${CANARY}
    scopes: ${CANARY}
    tokenUrlParams: [${CANARY}]
  env:
    - { parameter: customAuthValue, name: HEADER_VALUE }
    - { parameter: password, name: NOT_SET }
  configMapTargetRef:
    - { parameter: customAuthHeader, name: settings, key: header }
  secretTargetRef:
    - { parameter: apiKey, name: credentials, key: encoded }
    - { parameter: username, name: credentials, key: plain }
    - { parameter: bearerToken, name: credentials, key: token }
    - { parameter: cert, name: credentials, key: pem }
    - { parameter: key, name: broken, key: alias }
    - { parameter: ca, name: credentials, key: encoded }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web
  annotations: { token: ${CANARY} }
spec:
  scaleTargetRef: { name: web }
  triggers:
    - type: rabbitmq
      metadata: { host: "amqp://user:${CANARY}@rabbitmq", queueName: 5, password: [${CANARY}] }
    - type: predictkube
      metadata:
        prometheusAddress: http://user:${CANARY}@<host>?token=${CANARY}
        query: sum(x)
        predictHorizon: 2 hours
        historyTimeWindow: 7d
        queryStep: 2m
        thresholdFromEnv: LIMIT
        quantileFromEnv: LEVEL
        leadTimeFromEnv: LEVEL
        modeFromEnv: LEVEL
        modelFromEnv: LEVEL
        seasonalityFromEnv: LEVEL
        ignoreWindowsFromEnv: LEVEL
        unsafeSslFromEnv: LEVEL
        authModes: bearer, custom, tls, basic
        methodFromEnv: LEVEL
        events: ${CANARY}
        apiKey: ${CANARY}
        bearerToken: ${CANARY}
        password: ${CANARY}
        bearertoken: ${CANARY}
        clientSecret: ${CANARY}
        anything: ${CANARY}
      authenticationRef: { name: prometheus }
`;

const ENV = { HEADER_VALUE: `${CANARY}\nx`, LIMIT: CANARY, LEVEL: CANARY };

function problemsOf(manifest: string): string {
  const { problems } = configure(manifest, ENV);
  return JSON.stringify(problems) + renderProblems(problems);
}

test('no problem tells a secret', () => {
  const told = problemsOf(MANIFEST);
  expect(told).not.toContain(CANARY);
  // The test would say nothing if the secrets were not looked at.
  const looked = [
    'base64',
    'PEM',
    'header',
    'errors of its own',
    'backslash',
    'tag',
    'given twice',
    'alias',
    'unknown',
  ];
  for (const sign of [...looked, 'thresholdFromEnv', 'ignored here', 'not a URL']) expect(told).toContain(sign);
});

test.each([
  'http://user:c4n4ry@host name',
  'http://user:pass@c4n4ry@host:port',
  'http://user:c4#n4ry@host',
  'http://c4n4ry:@',
  'user:c4n4ry@prometheus:9090',
  'http://host?token=c4n4ry',
  'http://host#c4n4ry',
  'http://user:pass@host/?a=c4n4ry',
  'ftp://user:c4n4ry@host',
  'http://user:c4n4ry@host/api/v1',
])('an address that is refused does not tell what it holds: %s', (address) => {
  const told = problemsOf(MANIFEST.replace(/prometheusAddress: .*/, `prometheusAddress: '${address}'`));
  expect(told).toContain('prometheusAddress');
  expect(told).not.toMatch(/c4n4ry|n4ry/);
});

const LINES = MANIFEST.split('\n');

/** Slips of an editor: lines lost, doubled, swapped, indented or cut. */
const slip = fc.record({
  kind: fc.constantFrom('delete', 'double', 'swap', 'indent', 'outdent', 'cut'),
  line: fc.nat({ max: LINES.length - 2 }),
});

function apply(lines: string[], { kind, line }: { kind: string; line: number }): string[] {
  const text = lines[line] ?? '';
  const replacement = {
    delete: [],
    double: [text, text],
    swap: [lines[line + 1] ?? '', text],
    indent: [`  ${text}`],
    outdent: [text.replace(/^ {2}/, '')],
    cut: [text.slice(0, -1)],
  }[kind]!;
  return lines.toSpliced(line, kind === 'swap' ? 2 : 1, ...replacement);
}

test('no slip of an editor makes a problem tell a secret', () => {
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
      expect(problemsOf(slips.reduce(apply, LINES).join('\n'))).not.toContain(CANARY);
    }),
    { numRuns: 300 },
  );
});
