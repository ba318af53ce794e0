import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import type { TriggerMetric, TriggerReading, TriggerSource } from '../../../src/core/trigger.js';
import type { TriggerType } from '../../../src/core/trigger-type.js';
import { describeWithPrograms, freePort } from '../../support/programs.js';
import { type TcpProxy, startTcpProxy } from '../../support/tcp-proxy.js';
import { type WrittenTrigger, reactiveTrigger } from '../make-trigger.js';

/** A credential that must not be found anywhere, with characters that are escaped in URLs. */
export const CANARY = 'canary/Pa55+word%41';
const WRONG = 'wrong/Pa55+word%41';

/** The real program behind a trigger type. */
export interface TriggerWorld {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** A trigger that watches an object through a port, with a password that is {@link CANARY} when it is right. */
  write(object: string, port: number, password: string): WrittenTrigger;
  /** Makes the object exist with this value, 0 included. It is still so after a restart. */
  fill(object: string, value: number): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface TriggerContract {
  /** KEDA's name of the type, and in words what is special about this world. */
  readonly title: string;
  readonly programs: readonly string[];
  readonly types: readonly TriggerType[];
  start(): Promise<TriggerWorld>;
  /** What an object that does not exist reads as: a value, or what the error says. */
  readonly missing: number | RegExp;
  /** Why wrong credentials cannot be told, for a source that knows none. */
  readonly withoutCredentials?: string;
  /** Of a type whose metrics only its source knows. */
  readonly metricsWhenAsked?: readonly TriggerMetric[];
}

const never = new AbortController().signal;

/** What every reactive trigger must do, against its real program. Time plays no part: deadlines are aborts. */
export function describeTriggerContract(contract: TriggerContract): void {
  describeWithPrograms(contract.programs, contract.title, () => {
    let world: TriggerWorld;
    let proxy: TcpProxy;
    const failures: unknown[] = [];
    const opened: TriggerSource[] = [];

    beforeAll(async () => {
      world = await contract.start();
      await world.fill('orders', 7);
      await world.fill('nothing', 0);
    }, 120_000);
    afterAll(() => world.stop(), 60_000);
    beforeEach(async () => {
      proxy = await startTcpProxy(world.port);
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((source) => source.close()));
      await proxy.stop();
    });

    const write = (object: string, port = proxy.port, password = CANARY): WrittenTrigger =>
      world.write(object, port, password);
    const open = async (written: WrittenTrigger, signal = never): Promise<TriggerSource> => {
      const source = await reactiveTrigger(contract.types, written).open(signal);
      opened.push(source);
      return source;
    };
    const read = async (written: WrittenTrigger): Promise<TriggerReading> => (await open(written)).read(never);
    const failureOf = async (attempt: Promise<unknown>): Promise<TriggerError> => {
      const error = await attempt.then(
        (value) => expect.fail(`no error, but ${inspect(value)}`),
        (thrown: unknown) => thrown,
      );
      failures.push(error);
      expect(error).toBeInstanceOf(TriggerError);
      return error as TriggerError;
    };

    test('reads the value, under the name and target that were known before', async () => {
      const { metrics } = reactiveTrigger(contract.types, write('orders'));
      const known = metrics ?? contract.metricsWhenAsked;
      const reading = await read(write('orders'));
      expect(reading).toMatchObject({ active: true, metrics: known?.map((metric) => ({ ...metric, value: 7 })) });
    });

    test('follows the value', async () => {
      await world.fill('moving', 3);
      const source = await open(write('moving'));
      expect((await source.read(never)).metrics[0]!.value).toBe(3);
      await world.fill('moving', 12);
      expect((await source.read(never)).metrics[0]!.value).toBe(12);
    });

    test('an empty object is 0 and not active', async () => {
      const reading = await read(write('nothing'));
      expect(reading).toMatchObject({ active: false, metrics: [{ value: 0 }] });
    });

    test('a missing object is what KEDA says it is', async () => {
      if (typeof contract.missing === 'number') {
        expect((await read(write('missing'))).metrics[0]!.value).toBe(contract.missing);
      } else expect((await failureOf(read(write('missing')))).message).toMatch(contract.missing);
    });

    test.skipIf(contract.withoutCredentials !== undefined)(
      `wrong credentials are refused${contract.withoutCredentials ? ` (not told: ${contract.withoutCredentials})` : ''}`,
      async () => {
        const { message } = await failureOf(read(write('orders', proxy.port, WRONG)));
        expect(message).not.toContain('deadline');
        expect(message).not.toContain(WRONG);
      },
    );

    test('a source that nobody listens at is refused', async () => {
      const { message } = await failureOf(read(write('orders', await freePort())));
      expect(message).toContain('refused');
    });

    test('a source that accepts and stays silent is waited for until the signal is aborted, and no longer', async () => {
      proxy.freeze();
      const deadline = new AbortController();
      const heard = proxy.heard();
      const attempt = failureOf(open(write('orders'), deadline.signal).then((source) => source.read(deadline.signal)));
      await heard;
      deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      expect((await attempt).message).toContain('deadline');
    });

    test('a source that falls silent is waited for until the signal is aborted, and can then be opened anew', async () => {
      const source = await open(write('orders'));
      await source.read(never);
      proxy.freeze();
      const deadline = new AbortController();
      const heard = proxy.heard();
      const attempt = failureOf(source.read(deadline.signal));
      await heard;
      deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      expect((await attempt).message).toContain('deadline');
      proxy.thaw();
      expect((await read(write('orders'))).metrics[0]!.value).toBe(7);
    });

    test('a connection that is cut during a read fails at once, and can then be opened anew', async () => {
      const source = await open(write('orders'));
      await source.read(never);
      proxy.freeze();
      const heard = proxy.heard();
      const attempt = failureOf(source.read(never));
      await heard;
      proxy.thaw();
      await attempt;
      expect((await read(write('orders'))).metrics[0]!.value).toBe(7);
    });

    test('a program that is killed and comes back is read again', async () => {
      const source = await open(write('orders'));
      await source.read(never);
      await world.kill();
      await failureOf(source.read(never));
      await failureOf(read(write('orders')));
      await world.restart();
      await source.close();
      expect((await read(write('orders'))).metrics[0]!.value).toBe(7);
    }, 120_000);

    test('closing during a read ends the read', async () => {
      const source = await open(write('orders'));
      await source.read(never);
      proxy.freeze();
      const heard = proxy.heard();
      const attempt = failureOf(source.read(never));
      await heard;
      await source.close();
      expect((await attempt).message).toContain('closed');
    });

    test('after closing, reading fails, closing again does nothing, and no connection is left', async () => {
      const source = await open(write('orders'));
      await source.read(never);
      await source.close();
      await source.close();
      await failureOf(source.read(never));
      await proxy.idle();
    });

    test('a signal that is aborted already is heeded', async () => {
      const aborted = AbortSignal.abort();
      await failureOf(reactiveTrigger(contract.types, write('orders')).open(aborted));
      const source = await open(write('orders'));
      await failureOf(source.read(aborted));
    });

    test('no credential is in what is known of a trigger, nor in any of the errors above', () => {
      expect(failures.length).toBeGreaterThan(8);
      const known = reactiveTrigger(contract.types, write('orders'));
      const shown = inspect([known, ...failures], { depth: 20, showHidden: true });
      for (const password of [CANARY, WRONG]) {
        const base64 = Buffer.from(password).toString('base64');
        for (const form of [password, encodeURIComponent(password), base64]) expect(shown).not.toContain(form);
      }
    });
  });
}
