import { describe, expect, it } from 'vitest';
import { resolveTarget } from '../../src/history/target.js';

describe('resolveTarget', () => {
  it.each([
    ['http://prometheus:9090', 'http://prometheus:9090/api/v1/query'],
    ['http://prometheus:9090/', 'http://prometheus:9090/api/v1/query'],
    ['https://mimir.example/prometheus', 'https://mimir.example/prometheus/api/v1/query'],
    ['http://vm:8481/select/0/prometheus//', 'http://vm:8481/select/0/prometheus/api/v1/query'],
    ['http://vm:8428/?extra=1', 'http://vm:8428/api/v1/query?extra=1'],
  ])('puts the path after the prefix of %s', (address, expected) => {
    expect(resolveTarget({ address }).urlOf('/api/v1/query')).toBe(expected);
  });

  // base64 of "ann:s3cret" is YW5uOnMzY3JldA==, by `printf ann:s3cret | base64`.
  const basic = { username: 'ann', password: 's3cret' };
  it.each([
    ['basic authentication', { address: 'http://p', basic }, 'Basic YW5uOnMzY3JldA=='],
    ['user and password in the address', { address: 'http://ann:s3cret@p' }, 'Basic YW5uOnMzY3JldA=='],
    ['escapes in the address', { address: 'http://an%6e:s%33cret@p' }, 'Basic YW5uOnMzY3JldA=='],
    // printf 'ann:100%%' | base64
    ['a percent sign that starts no escape', { address: 'http://ann:100%@p' }, 'Basic YW5uOjEwMCU='],
    ['basic before what the address says', { address: 'http://x:y@p', basic }, 'Basic YW5uOnMzY3JldA=='],
    ['a bearer token before both', { address: 'http://x:y@p', basic, bearerToken: 'tok' }, 'Bearer tok'],
    ['nothing', { address: 'http://p' }, undefined],
  ])('authorises with %s', (_, endpoint, expected) => {
    expect(resolveTarget(endpoint).headers['Authorization']).toBe(expected);
  });

  it('sends the headers of the endpoint', () => {
    const { headers } = resolveTarget({ address: 'http://p', headers: { 'X-Scope-OrgID': 'team-a' } });
    expect(headers).toEqual({ 'X-Scope-OrgID': 'team-a' });
  });

  it('shows and requests the address without credentials', () => {
    const target = resolveTarget({ address: 'http://ann:canary@p:9090/prom/?token=canary2' });
    expect(target.shown).toBe('http://p:9090/prom');
    expect(target.urlOf('/x')).toBe('http://p:9090/prom/x?token=canary2');
  });

  it('removes every credential from foreign text, longer ones first', () => {
    const target = resolveTarget({
      address: 'http://u:%70ercent@p?token=in-query',
      basic: { username: 'ann', password: 'secret' },
      bearerToken: 'secret-token',
      headers: { 'X-Api-Key': 'header-key' },
    });
    const echoed = 'secret-token secret header-key in-query percent %70ercent YW5uOnNlY3JldA== ann';
    expect(target.scrub(echoed)).toBe('*** *** *** *** *** *** *** ann');
  });

  it('does not take values that are too short to be secret for secrets', () => {
    const { scrub } = resolveTarget({ address: 'http://p', headers: { 'X-Scope-OrgID': '1' } });
    expect(scrub('status 401')).toBe('status 401');
  });

  it.each([
    ['prometheus:9090', /"prometheus:9090" is not a Prometheus address/],
    ['', /"" is not a Prometheus address/],
    ['ftp://prometheus', /expected a URL such as http:\/\/prometheus:9090/],
    ['http://user:canary@ho st/path', /"http:\/\/\*\*\*@ho st\/path"/],
    ['http://user:canary/canary@host:port', /"http:\/\/\*\*\*@host:port"/],
    ['user:canary@host', /"\*\*\*@host"/],
    ['ho st?token=canary', /"ho st"/],
  ])('refuses %s without showing a credential', (address, message) => {
    const attempt = (): unknown => resolveTarget({ address });
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/canary/);
  });
});
