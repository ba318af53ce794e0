import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowsJson,
  asksForAggregatedDiscovery,
  preferredForm,
  type Form,
} from '../../../src/serve/external-metrics/accept.js';

describe('allowsJson', () => {
  it.each<[string | undefined, boolean, string]>([
    [undefined, true, 'no header'],
    ['', true, 'an empty header'],
    ['*/*', true, 'anything'],
    ['application/json', true, 'JSON'],
    ['Application/JSON', true, 'JSON in other letters'],
    ['application/*', true, 'any application type'],
    ['application/vnd.kubernetes.protobuf, */*', true, 'the HPA controller'],
    ['application/json, */*', true, 'kubectl get --raw'],
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json;q=0.9', true, 'kubectl get'],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', true, 'a browser'],
    ['application/vnd.kubernetes.protobuf', false, 'protobuf alone'],
    ['text/plain', false, 'text alone'],
    ['application/yaml, text/*', false, 'other types'],
    ['application/json;q=0', false, 'JSON forbidden'],
    ['application/json; q=0.000, */*', false, 'JSON forbidden although the rest is allowed'],
    ['*/*;q=0', false, 'nothing'],
    ['*/*;q=0, application/json', true, 'nothing but JSON'],
    ['application/*;q=0, */*', false, 'no application type'],
    ['nonsense', false, 'what names no type'],
    [',,;;=,', false, 'punctuation'],
  ])('%j: %s (%s)', (accept, expected) => {
    expect(allowsJson(accept)).toBe(expected);
  });

  it('copes with any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (accept) => {
        expect(typeof allowsJson(accept)).toBe('boolean');
      }),
    );
  });
});

describe('preferredForm', () => {
  const protobuf = 'application/vnd.kubernetes.protobuf';
  it.each<[string | undefined, Form | null, string]>([
    [`${protobuf}, */*`, 'json', 'the HPA controller, which likes both alike'],
    [protobuf, 'protobuf', 'protobuf alone'],
    [`${protobuf}, application/json;q=0.9`, 'protobuf', 'protobuf rather than JSON'],
    [`${protobuf},*/*;q=0.8`, 'protobuf', 'protobuf rather than anything'],
    [`${protobuf}, application/json`, 'json', 'both alike'],
    [`application/json, ${protobuf};q=0.5`, 'json', 'JSON rather than protobuf'],
    ['Application/VND.Kubernetes.Protobuf', 'protobuf', 'protobuf in other letters'],
    [`${protobuf};as=Table;v=v1;g=meta.k8s.io`, null, 'a table in protobuf alone'],
    [`${protobuf};as=Table;v=v1;g=meta.k8s.io, application/json`, 'json', 'a table in protobuf, or JSON'],
    [`${protobuf};q=0`, null, 'protobuf forbidden, and nothing else'],
    ['application/json;q=0, */*', null, 'anything but JSON, without a word of protobuf'],
    ['application/json;q=0.1, */*', 'json', 'something rather than JSON, without a word of protobuf'],
    ['application/yaml', null, 'another type'],
    ['application/json;q=high', 'json', 'a quality that is no number'],
    [undefined, 'json', 'no header'],
  ])('%j: %s (%s)', (accept, expected) => {
    expect(preferredForm(accept)).toBe(expected);
  });
});

describe('asksForAggregatedDiscovery', () => {
  const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const v2beta1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
  it.each<[string | undefined, boolean, string]>([
    [v2, true, 'kube-apiserver 1.37'],
    [`${v2},${v2beta1}`, true, 'kube-apiserver 1.30 to 1.36'],
    [`${v2},${v2beta1},application/json`, true, 'kubectl'],
    [' application/json ; AS=APIGroupDiscoveryList ; v=v2 ; g=apidiscovery.k8s.io ', true, 'another spelling'],
    [v2beta1, false, 'the old version alone, which is not served'],
    ['application/json', false, 'plain JSON'],
    ['application/json;g=other;v=v2;as=APIGroupDiscoveryList', false, 'another group'],
    [undefined, false, 'no header'],
  ])('%j: %s (%s)', (accept, expected) => {
    expect(asksForAggregatedDiscovery(accept)).toBe(expected);
  });
});
