import { describe, expect, it } from 'vitest';
import { migrateText, spoken } from './migrate-text.js';

const HEAD = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
  namespace: shop
spec:
  scaleTargetRef:
    name: checkout
`;

const PREDICTKUBE = `    - type: predictkube
      metadata:
        prometheusAddress: http://prometheus.monitoring:9090
        query: sum(rate(http_requests_total[2m]))
        queryStep: '2m'
        historyTimeWindow: '7d'
        predictHorizon: '2h'
        threshold: '80'
`;

const PROMETHEUS = `    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring:9090
        query: sum(rate(http_requests_total[2m]))
        threshold: '80'
`;

const CRON = `    - type: cron
      metadata:
        timezone: UTC
        start: 0 8 * * *
        end: 0 18 * * *
        desiredReplicas: '5'
`;

const withTriggers = (...triggers: string[]): string => `${HEAD}  triggers:\n${triggers.join('')}`;

describe('a predictkube trigger', () => {
  it('becomes an external scaler beside KEDA: two lines', () => {
    expect(migrateText(withTriggers(PREDICTKUBE), 'keda').changes).toEqual([
      '-    - type: predictkube',
      '+    - type: external-push',
      '+        scalerAddress: tidecast.tidecast:9190',
    ]);
  });

  it('stays as it is standalone, without a word', () => {
    const { changes, remarks } = migrateText(withTriggers(PREDICTKUBE), 'standalone');
    expect([changes, remarks]).toEqual([[], []]);
  });

  it('loses an authentication that is not among the files, which is said', () => {
    const { changes, remarks } = migrateText(
      withTriggers(`${PREDICTKUBE}      authenticationRef:\n        name: secret-things\n`),
      'keda',
    );
    expect(changes).toEqual([
      '-    - type: predictkube',
      '+    - type: external-push',
      '-      authenticationRef:',
      '-        name: secret-things',
      '+        scalerAddress: tidecast.tidecast:9190',
    ]);
    expect(spoken(remarks)).toContainEqual(expect.stringMatching(/^note: removed, as KEDA sends no credentials/));
  });

  it('loses credentials for Prometheus, which is an item not carried over', () => {
    const authentication = `---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: prometheus, namespace: shop }
spec:
  secretTargetRef: [{ parameter: bearerToken, name: prometheus, key: token }]
`;
    const trigger = PREDICTKUBE.replace('metadata:\n', 'metadata:\n        authModes: bearer\n');
    const { text, remarks } = migrateText(
      `${withTriggers(`${trigger}      authenticationRef:\n        name: prometheus\n`)}${authentication}`,
      'keda',
    );
    expect(text).not.toContain('authModes');
    expect(text.endsWith(authentication)).toBe(true);
    expect(spoken(remarks)).toContainEqual(
      expect.stringMatching(/^lost: authModes, bearerToken: KEDA does not hand this/),
    );
  });

  it('keeps credentials that KEDA sends, those of the environment', () => {
    const trigger = PREDICTKUBE.replace(
      'metadata:\n',
      'metadata:\n        authModes: bearer\n        bearerTokenFromEnv: TOKEN\n',
    );
    const { text, remarks } = migrateText(withTriggers(trigger), 'keda');
    expect(text).toContain('authModes: bearer\n        bearerTokenFromEnv: TOKEN\n');
    expect(remarks.filter(({ severity }) => severity === 'lost')).toEqual([]);
  });

  it('does not take unsafeSsl with it, which means another connection there', () => {
    const { text, remarks } = migrateText(withTriggers(`${PREDICTKUBE}        unsafeSsl: 'true'\n`), 'keda');
    expect(text).not.toContain('unsafeSsl');
    expect(spoken(remarks)).toContainEqual(expect.stringMatching(/^lost: unsafeSsl: /));
  });

  it('that is wrong stays, and is an error with the words of validate', () => {
    const { changes, remarks } = migrateText(withTriggers(PREDICTKUBE.replace("'2m'", "'soon'")), 'keda');
    expect(changes).toEqual([]);
    expect(spoken(remarks)).toEqual([
      expect.stringMatching(
        /^error: left as it is, because tidecast cannot use it: queryStep: not a duration \(got "soon"/,
      ),
    ]);
    expect(remarks[0]).toMatchObject({ file: 'in.yaml', line: 10, field: 'spec.triggers[0]' });
  });

  it('without a threshold, as a source of a formula, cannot be carried over', () => {
    const formula = '  advanced:\n    scalingModifiers:\n      formula: a + b\n      target: "5"\n';
    const { changes, remarks } = migrateText(
      `${HEAD}${formula}  triggers:\n${PREDICTKUBE.replace("        threshold: '80'\n", '')}`,
      'keda',
    );
    expect(changes).toEqual([]);
    expect(spoken(remarks)).toEqual([expect.stringMatching(/^lost: .*threshold is required/)]);
  });
});

describe('a prometheus trigger', () => {
  it('stays beside KEDA, and its forecast is added behind all others', () => {
    expect(migrateText(withTriggers(PROMETHEUS, CRON), 'keda').changes).toEqual([
      '+    - type: external-push',
      '+      metadata:',
      '+        scalerAddress: tidecast.tidecast:9190',
      '+        prometheusAddress: http://prometheus.monitoring:9090',
      '+        query: sum(rate(http_requests_total[2m]))',
      "+        threshold: '80'",
      '+        predictHorizon: 2h',
      '+        historyTimeWindow: 7d',
      '+        queryStep: 2m',
    ]);
  });

  it('becomes the forecast standalone, in its place', () => {
    expect(migrateText(withTriggers(PROMETHEUS), 'standalone').changes).toEqual([
      '-    - type: prometheus',
      '+    - type: predictkube',
      '-        serverAddress: http://prometheus.monitoring:9090',
      '+        prometheusAddress: http://prometheus.monitoring:9090',
      '+        predictHorizon: 2h',
      '+        historyTimeWindow: 7d',
      '+        queryStep: 2m',
    ]);
  });

  it.each(['keda', 'standalone'] as const)('whose query is forecast already gets no second forecast (%s)', (target) => {
    const { text } = migrateText(withTriggers(PROMETHEUS, PREDICTKUBE), target);
    expect(text).toContain('type: prometheus');
    expect(text.match(/- type:/g)).toHaveLength(2);
  });

  it.each([
    ['a tenant in a header', '        customHeaders: X-Scope-OrgID=a\n', 'cannot send customHeaders to Prometheus'],
    ['query parameters', '        queryParameters: dedup=true\n', 'cannot send queryParameters to Prometheus'],
    ['a namespace for the proxy', '        namespace: shop\n', 'cannot send namespace to Prometheus'],
    ['OAuth', '        authModes: oauth\n', 'cannot authenticate by oauth'],
  ])('with %s has no forecast, as it would be of other data', (_, line, message) => {
    for (const target of ['keda', 'standalone'] as const) {
      const { changes, remarks } = migrateText(withTriggers(PROMETHEUS + line), target);
      expect(changes).toEqual([]);
      expect(spoken(remarks)).toContainEqual(
        expect.stringContaining(`lost: no forecast of this trigger: tidecast ${message}`),
      );
    }
  });

  it.each([
    ['no threshold', "        threshold: '80'\n", '', 'threshold is required'],
    ['a threshold of 0', "'80'", "'0'", 'threshold: must be greater than 0'],
    ['an address without scheme', 'http://prom', 'prom', 'prometheusAddress: not a URL'],
  ])('with %s has no forecast, for the reason validate would give', (_, from, to, message) => {
    const { changes, remarks } = migrateText(withTriggers(PROMETHEUS.replace(from, to)), 'keda');
    expect(changes).toEqual([]);
    expect(spoken(remarks)).toContainEqual(expect.stringContaining(message));
  });

  it('of a formula has no forecast beside KEDA, where it would have no effect', () => {
    const formula = '  advanced:\n    scalingModifiers:\n      formula: a\n      target: "5"\n';
    const { changes, remarks } = migrateText(`${HEAD}${formula}  triggers:\n${PROMETHEUS}`, 'keda');
    expect(changes).toEqual([]);
    expect(spoken(remarks)).toContainEqual(expect.stringContaining('until the formula names it'));
  });

  it('never shows a password of its address in a remark', () => {
    const { remarks } = migrateText(withTriggers(PROMETHEUS.replace('http://', 'ftp://user:hunter22@')), 'keda');
    expect(JSON.stringify(remarks)).not.toContain('hunter22');
  });
});

describe('other triggers', () => {
  it('stay beside KEDA, with a hint what the forecast does for a schedule', () => {
    const { text, remarks } = migrateText(withTriggers(CRON, PREDICTKUBE), 'keda');
    expect(text).toContain(CRON);
    expect(spoken(remarks)).toContainEqual(expect.stringContaining('note: the forecast learns load that recurs'));
  });

  it('are not carried over standalone', () => {
    const { remarks } = migrateText(withTriggers(CRON, PREDICTKUBE), 'standalone');
    expect(spoken(remarks)).toContainEqual('lost: a trigger of type "cron" needs KEDA: tidecast does not serve it');
  });

  it('alone leave nothing to forecast', () => {
    const { changes, remarks } = migrateText(withTriggers(CRON), 'keda');
    expect(changes).toEqual([]);
    expect(spoken(remarks)).toEqual([expect.stringContaining('note: nothing to forecast')]);
  });
});

describe('a ScaledJob', () => {
  const JOB = 'apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: report}\nspec: {jobTargetRef: {}}\n';

  it.each([
    ['keda', 'note: a ScaledJob is left as it is; KEDA goes on with it'],
    ['standalone', 'lost: a ScaledJob needs KEDA: tidecast scales no jobs'],
  ] as const)('is never dropped without a word (%s)', (target, remark) => {
    const text = `${withTriggers(PREDICTKUBE)}---\n${JOB}`;
    const { text: after, remarks } = migrateText(text, target);
    expect(after.endsWith(JOB)).toBe(true);
    expect(spoken(remarks)).toContain(remark);
  });
});
