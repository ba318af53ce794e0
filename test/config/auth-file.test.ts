import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadAuthFile } from '../../src/config/auth-file.js';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import { authFilesBelow } from '../../src/config/node-auth-files.js';
import { readManifests } from '../../src/config/read-manifests.js';
import { renderProblems } from '../../src/config/render-problems.js';
import { TriggerError } from '../../src/core/errors.js';
import type { ReactiveTrigger } from '../../src/core/scaled-object.js';
import { TriggerPoller } from '../../src/run/trigger-poller.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { runProgram, temporaryFolder } from '../support/programs.js';
import {
  type ReceivedRequest,
  type ScriptedServer,
  json,
  startScriptedServer,
  text,
} from '../support/scripted-server.js';
import { type Expected, configure, expectProblems, webWith } from './manifests.js';

const CANARY = 'c4n4ry';

/** Needs a bearer token; the authentication begins on line 21, its spec on line 24. */
function needsToken(spec: string, kind = 'ClusterTriggerAuthentication'): string {
  return `${webWith('authModes: bearer')}\
      authenticationRef: { name: prometheus, kind: ${kind} }
---

apiVersion: keda.sh/v1alpha1
kind: ${kind}
metadata: { name: prometheus }
spec:
${spec}`;
}

const FILE = '  filePath: team-a/credentials.json\n';
const holding =
  (text: string): ReadAuthFile =>
  (path) =>
    path === 'team-a/credentials.json' ? { text } : { missing: `${path} was asked for` };

describe('the parameters of a ClusterTriggerAuthentication stand in a file', () => {
  test('which is read below the folder', () => {
    const { workloads, problems } = configure(needsToken(FILE), {}, holding('{"bearerToken": "t", "other": ""}'));
    expect(problems).toEqual([]);
    expect(workloads[0]!.endpoint.bearerToken).toBe('t');
  });

  test('which takes the place of all other sources, which is said', () => {
    const spec = `${FILE}  env: [{ parameter: bearerToken, name: TOKEN }]\n`;
    const { workloads, problems } = configure(needsToken(spec), { TOKEN: 'e' }, holding('{"bearerToken": "t"}'));
    expect(workloads[0]!.endpoint.bearerToken).toBe('t');
    expectProblems(problems, [[26, 'warning', 'spec.env', 'not read: filePath takes its place']]);
  });

  test('unless its path is empty', () => {
    const spec = `  filePath: ''\n  env: [{ parameter: bearerToken, name: TOKEN }]\n`;
    expect(configure(needsToken(spec), { TOKEN: 'e' }).workloads[0]!.endpoint.bearerToken).toBe('e');
  });

  test.each<[sentence: string, manifest: string, authFile: ReadAuthFile | undefined, problem: Expected]>([
    [
      'no folder',
      needsToken(FILE),
      undefined,
      [25, 'error', 'spec.filePath', 'filepath-auth-root-path not configured', 'team-a/credentials.json'],
    ],
    [
      'no such file',
      needsToken(FILE),
      () => ({ missing: '/etc/a.json cannot be read: no such file' }),
      [25, 'error', 'spec.filePath', '/etc/a.json cannot be read: no such file', 'team-a/credentials.json'],
    ],
    ...(['', '{', `"${CANARY}"`, `["${CANARY}"]`, 'null', CANARY] as const).map(
      (text): [string, string, ReadAuthFile, Expected] => [
        `a file that holds ${text === '' ? 'nothing' : text}`,
        needsToken(FILE),
        holding(text),
        [25, 'error', 'spec.filePath', 'does not hold a JSON object', 'team-a/credentials.json'],
      ],
    ),
    ...(['5', 'null', 'true', `["${CANARY}"]`] as const).map((value): [string, string, ReadAuthFile, Expected] => [
      `a value of ${value}`,
      needsToken(FILE),
      holding(`{"username": "${CANARY}", "bearerToken": ${value}}`),
      [25, 'error', 'spec.filePath', 'has a value for "bearerToken" that is no text', 'team-a/credentials.json'],
    ]),
  ])('reports %s, and shows nothing of it', (_sentence, manifest, authFile, problem) => {
    const { problems, workloads } = configure(manifest, {}, authFile);
    const missing: Expected = [10, 'error', 'spec.triggers[0].metadata.bearerToken', 'does not supply it'];
    expectProblems(problems, [problem, missing]);
    expect(workloads).toEqual([]);
    expect(JSON.stringify(problems) + renderProblems(problems)).not.toContain(CANARY);
  });

  test.each(['/etc/passwd', '../x.json', 'a/../../x.json', 'a..json'])('reports the path %s', (path) => {
    const { problems } = configure(needsToken(`  filePath: ${path}\n`), {}, holding('{}'));
    expect(problems).toContainEqual(
      expect.objectContaining({
        field: 'spec.filePath',
        message: "filePath must be relative and not contain '..'",
        value: path,
        accepted: 'a path below the folder of --filepath-auth-root-path, such as team-a/credentials.json',
      }),
    );
  });

  test('reports it in a TriggerAuthentication, in the words of KEDA', () => {
    const { problems } = configure(needsToken(FILE, 'TriggerAuthentication'), {}, holding('{"bearerToken": "t"}'));
    const message = 'filePath is only supported for ClusterTriggerAuthentication, got kind: TriggerAuthentication';
    expect(problems).toContainEqual(expect.objectContaining({ field: 'spec.filePath', line: 25, message }));
  });

  test("reports the list that KEDA's documentation shows and its code does not take", () => {
    const { problems } = configure(
      needsToken('  filePath: [{ parameter: bearerToken, path: x }]\n'),
      {},
      holding('{}'),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ field: 'spec.filePath', message: 'must be a text, is a list' }),
    );
  });

  test('whatever it holds, there is a token, or it is said why not', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .dictionary(fc.constantFrom('bearerToken', 'ca', '__proto__'), fc.string())
        .map((texts) => JSON.stringify(texts)),
    );
    fc.assert(
      fc.property(text, (held) => {
        const { workloads, problems } = configure(needsToken(FILE), {}, holding(held));
        expect(workloads.length === 0).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 300 },
    );
  });

  test('is not judged where no trigger refers to it', () => {
    const unused = needsToken(FILE)
      .replace(/ {6}authenticationRef.*\n/, '')
      .replace('authModes: bearer', "mode: 'auto'");
    expect(configure(unused).problems).toEqual([]);
  });
});

describe('files below a folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await mkdir(join(folder.path, 'team'));
    await writeFile(join(folder.path, 'team/a.json'), '{}');
    await writeFile(join(folder.path, 'large.json'), Buffer.alloc(1024 * 1024 + 1));
    runProgram('mkfifo', [join(folder.path, 'pipe')]);
  });
  afterAll(() => folder.remove());

  test('are read', () => {
    expect(authFilesBelow(folder.path)('team/a.json')).toEqual({ text: '{}' });
  });

  test.each([
    ['b.json', 'cannot be read: no such file'],
    ['team', 'is not a file'],
    ['pipe', 'is not a file'],
    ['large.json', 'is too large: 1048577 bytes; at most 1048576 are read'],
    ['team/a.json/b', 'cannot be read: ENOTDIR'],
  ])('or it is said why not: %s', (path, problem) => {
    expect(authFilesBelow(folder.path)(path)).toEqual({ missing: `${join(folder.path, path)} ${problem}` });
  });
});

describe('credentials that are replaced in the file', () => {
  const never = new AbortController().signal;
  let server: ScriptedServer;
  let held: string;
  let trigger: ReactiveTrigger;
  beforeAll(async () => {
    server = await startScriptedServer();
    held = '{"bearerToken": "first"}';
    trigger = triggerWith(server.url, () => ({ text: held }));
  });
  afterAll(() => server.close());

  async function sent(): Promise<string | undefined> {
    server.clear();
    server.always(json({ size: 4 }));
    const source = await trigger.open(never);
    expect((await source.read(never)).metrics).toEqual([{ name: 'metric-api-size', target: 5, value: 4 }]);
    await source.close();
    return server.requests[0]!.headers.authorization;
  }

  test('are sent as soon as the source is opened anew, and not before', async () => {
    expect(await sent()).toBe('Bearer first');
    server.always(json({ size: 4 }));
    const source = await trigger.open(never);
    held = '{"bearerToken": "second"}';
    server.clear();
    server.always(json({ size: 4 }));
    await source.read(never);
    await source.close();
    expect(server.requests[0]!.headers.authorization).toBe('Bearer first');
    expect(await sent()).toBe('Bearer second');
  });

  test.each([
    ['no JSON', CANARY, 'credentials cannot be read: all.json does not hold a JSON object'],
    [
      'without what the trigger needs',
      `{"username": "${CANARY}"}`,
      /^credentials that were read anew cannot be used: spec\.triggers\[0\]\.metadata\.bearerToken: bearerToken is required by the mode bearer$/,
    ],
    [
      'that cannot be sent',
      `{"bearerToken": "${CANARY}\\n"}`.replace('\\n', '\\nx'),
      /^credentials that were read anew cannot be used: spec\.filePath\.bearerToken: cannot be sent in a header; the value given is not shown$/,
    ],
  ])('by something that is none make the poll fail until they are mended: %s', async (_sentence, text, message) => {
    held = text;
    const error: unknown = await trigger.open(never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TriggerError);
    expect((error as TriggerError).message).toMatch(message);
    expect((error as TriggerError).message).not.toContain(CANARY);
    held = '{"token": "third"}';
    expect(await sent()).toBe('Bearer third');
  });

  test('are taken up in the poll in which the old ones are refused', async () => {
    const poller = new TriggerPoller({ trigger, clock: new ManualClock(), attemptMs: 5_000 });
    held = '{"bearerToken": "old"}';
    server.clear();
    const known = ({ headers }: ReceivedRequest): boolean => headers.authorization === `Bearer ${accepted}`;
    let accepted = 'old';
    server.always((request, response) => (known(request) ? json({ size: 4 }) : text(401, ''))(request, response));
    expect((await poller.poll(never)).problem).toBeNull();
    [accepted, held] = ['new', '{"bearerToken": "new"}'];
    expect((await poller.poll(never)).problem).toBeNull();
    accepted = 'unknown';
    expect((await poller.poll(never)).problem).toMatch(/answered 401/);
    await poller.close();
  });

  test('are hidden in what a source answers', async () => {
    held = `{"bearerToken": "${CANARY}"}`;
    server.clear();
    server.always(json({ refused: CANARY }, { status: 403 }));
    const source = await trigger.open(never);
    await expect(source.read(never)).rejects.toThrow(/answered 403: \{"refused":"\*\*\*"\}$/);
    await source.close();
  });
});

function triggerWith(url: string, authFile: ReadAuthFile): ReactiveTrigger {
  const manifest = `\
apiVersion: keda.sh/v1alpha1
kind: ClusterTriggerAuthentication
metadata: { name: all }
spec: { filePath: all.json }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker }
spec:
  scaleTargetRef: { name: worker }
  triggers:
    - type: metrics-api
      metadata: { url: '${url}', valueLocation: size, targetValue: '5', authModes: bearer }
      authenticationRef: { name: all, kind: ClusterTriggerAuthentication }
`;
  const { documents } = readManifests(manifest, 'worker.yaml');
  const triggerTypes = createTriggerTypes({ clock: new ManualClock() });
  const { objects, problems } = buildWorkloads(documents, { env: {}, forecasterNames: [], triggerTypes, authFile });
  expect(problems).toEqual([]);
  return objects[0]!.triggers[0] as ReactiveTrigger;
}
