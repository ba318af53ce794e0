import { get as httpsGet } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from './certificates.js';
import { ManualClock } from './manual-clock.js';
import { PROMETHEUS_PROGRAMS, type RunningPrometheus, gaugeHistory, startPrometheus } from './prometheus.js';
import { describeWithPrograms, hasPrograms, startProgram, temporaryFolder } from './programs.js';
import { hang, json, reset, startScriptedServer, text, truncated } from './scripted-server.js';

describe('ManualClock', () => {
  it('wakes sleepers in order of due time, at that time, and chains sleeps within one advance', async () => {
    const clock = new ManualClock(1_000);
    const log: string[] = [];
    const loop = async (name: string, ms: number): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(ms);
        log.push(`${name}@${clock.now()}`);
      }
    };
    void loop('slow', 30);
    void loop('fast', 20);
    await clock.advance(60);
    // Both are due at 1060; slow asked first (at 1030, fast at 1040).
    expect(log).toEqual(['fast@1020', 'slow@1030', 'fast@1040', 'slow@1060', 'fast@1060']);
    expect(clock.now()).toBe(1_060);
    expect(clock.sleeping).toBe(1);
  });

  it('rejects an aborted sleep with the reason and forgets it', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const sleep = clock.sleep(5, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.sleep(5, controller.signal)).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
  });

  it('tells when somebody sleeps', async () => {
    const clock = new ManualClock();
    const two = clock.untilSleeping(2);
    void clock.sleep(1);
    void clock.sleep(1);
    await two;
    expect(clock.sleeping).toBe(2);
  });
});

describe('startScriptedServer', () => {
  it('replies as scripted, then as always, and records the requests', async () => {
    const server = await startScriptedServer();
    server.script(json({ a: 1 }), text(503, 'busy'), reset, truncated('0123456789', 4));
    server.always(text(200, 'done'));
    const form = { method: 'POST', body: new URLSearchParams({ query: 'up{a="b"}' }) };
    expect(await (await fetch(`${server.url}/x?n=1`, form)).json()).toEqual({ a: 1 });
    expect((await fetch(server.url)).status).toBe(503);
    await expect(fetch(server.url)).rejects.toThrow();
    await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow();
    expect(await (await fetch(server.url)).text()).toBe('done');
    expect(server.requests).toHaveLength(5);
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/x' });
    expect(Object.fromEntries(server.requests[0]!.params)).toEqual({ n: '1', query: 'up{a="b"}' });
    await server.close();
  });

  it('can fall silent, and closes while a request hangs', async () => {
    const server = await startScriptedServer();
    server.script(hang);
    server.silence();
    const answer = fetch(server.url).then(
      () => 'answered',
      () => 'closed',
    );
    await server.received(1);
    await server.close();
    expect(await answer).toBe('closed');
  });
});

describe('startProgram', () => {
  it('waits for the output and reports an early end with what was written', async () => {
    const sleeper = await startProgram('sh', ['-c', 'echo up; sleep 60'], { ready: /up/ });
    await sleeper.kill();
    expect(await sleeper.exited()).toBeNull();
    await expect(startProgram('sh', ['-c', 'echo no such luck >&2'], { ready: /up/ })).rejects.toThrow('no such luck');
    expect(hasPrograms('sh', 'no-such-program-anywhere')).toBe(false);
  });
});

describeWithPrograms(['openssl'], 'createAuthority', () => {
  it('makes certificates that a client trusting the authority accepts', async () => {
    const folder = await temporaryFolder();
    const authority = createAuthority(folder.path);
    const server = await startScriptedServer({ tls: authority.issue('server') });
    server.always(text(200, 'hello'));
    const status = await new Promise((resolve, reject) => {
      httpsGet(server.url, { ca: authority.cert }, (response) => {
        resolve(response.resume().statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
    await server.close();
    await folder.remove();
  });
});

describeWithPrograms(PROMETHEUS_PROGRAMS, 'startPrometheus', () => {
  let prometheus: RunningPrometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus({
      openMetrics: gaugeHistory('load', { '{pod="a"}': [{ timeMs: 1_700_000_000_000, value: 42 }] }),
    });
  });
  afterAll(() => prometheus.stop());

  const load = async (): Promise<unknown> =>
    (await fetch(`${prometheus.url}/api/v1/query?query=load&time=1700000000`)).json();

  it('serves the history it was given, also after kill and restart', async () => {
    const expected = { data: { result: [{ metric: { pod: 'a' }, value: [1_700_000_000, '42'] }] } };
    expect(await load()).toMatchObject(expected);
    await prometheus.kill();
    await expect(load()).rejects.toThrow();
    await prometheus.restart();
    expect(await load()).toMatchObject(expected);
  });
});
