import { describe, expect, test } from 'vitest';
import { type Connecting, ConnectionPool, connectionKey } from '../../src/triggers/pool.js';

const never = new AbortController().signal;

/** Connections that a test makes and loses by hand. */
class Server implements Connecting<number> {
  made = 0;
  readonly ended: number[] = [];
  readonly abandoned: number[] = [];
  lose: () => void = () => undefined;
  /** What the next attempt does. */
  next: 'connect' | 'fail' | 'hang' = 'connect';

  connect(signal: AbortSignal, onLost: () => void): Promise<number> {
    const number = ++this.made;
    this.lose = onLost;
    if (this.next === 'connect') return Promise.resolve(number);
    if (this.next === 'fail') return Promise.reject(new Error('refused'));
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        this.abandoned.push(number);
        reject(new Error('abandoned'));
      });
    });
  }

  disconnect(connection: number): void {
    this.ended.push(connection);
  }
}

describe('ConnectionPool', () => {
  test('makes one connection for all who ask for one key, and ends it with the last share', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    const shares = await Promise.all(['a', 'a', 'a'].map((key) => pool.lease(key, server, never)));
    expect(shares.map(({ connection }) => connection)).toEqual([1, 1, 1]);
    await shares[0]!.release();
    await shares[0]!.release();
    await shares[1]!.release();
    expect(server.ended).toEqual([]);
    await shares[2]!.release();
    expect(server.ended).toEqual([1]);
    expect(pool.size).toBe(0);
  });

  test('makes a connection for each key', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    const one = await pool.lease('a', server, never);
    const two = await pool.lease('b', server, never);
    expect([one.connection, two.connection]).toEqual([1, 2]);
  });

  test('gives a connection that was discarded or lost to nobody any more; those who have it keep it', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    const first = await pool.lease('a', server, never);
    const other = await pool.lease('a', server, never);
    first.discard();
    const second = await pool.lease('a', server, never);
    expect(second.connection).toBe(2);
    server.lose();
    expect((await pool.lease('a', server, never)).connection).toBe(3);
    await first.release();
    expect(server.ended).toEqual([]);
    await other.release();
    await second.release();
    expect(server.ended).toEqual([1, 2]);
    expect(pool.size).toBe(1);
  });

  test('forgets an attempt that failed', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    server.next = 'fail';
    await expect(pool.lease('a', server, never)).rejects.toThrow('refused');
    server.next = 'connect';
    expect((await pool.lease('a', server, never)).connection).toBe(2);
    expect(server.ended).toEqual([]);
  });

  test('ends an attempt that hangs when nobody waits for it any more, and nobody joins it', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    server.next = 'hang';
    const [impatient, patient] = [new AbortController(), new AbortController()];
    const first = pool.lease('a', server, impatient.signal);
    const second = pool.lease('a', server, patient.signal);
    impatient.abort(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    expect(server.abandoned).toEqual([]);
    server.next = 'connect';
    expect((await pool.lease('a', server, never)).connection).toBe(2);
    patient.abort(new Error('too late too'));
    await expect(second).rejects.toThrow('too late too');
    expect(server.abandoned).toEqual([1]);
  });

  test('asks for nothing when the signal is aborted already', async () => {
    const [pool, server] = [new ConnectionPool<number>(), new Server()];
    await expect(pool.lease('a', server, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(server.made).toBe(0);
  });

  test('releases without an error although the connection cannot be ended in good order', async () => {
    const pool = new ConnectionPool<number>();
    const connecting: Connecting<number> = {
      connect: () => Promise.resolve(1),
      disconnect: () => Promise.reject(new Error('broken')),
    };
    const lease = await pool.lease('a', connecting, never);
    await expect(lease.release()).resolves.toBeUndefined();
  });
});

describe('connectionKey', () => {
  test('differs with every part, those within maps included, and shows none of them', () => {
    const parts = { address: 'host:1', password: 's3cret', headers: new Map([['a', '1']]) };
    const keys = [
      parts,
      { ...parts, address: 'host:2' },
      { ...parts, password: 'other' },
      { ...parts, headers: new Map([['a', '2']]) },
    ].map(connectionKey);
    expect(new Set(keys).size).toBe(4);
    expect(keys[0]).not.toContain('s3cret');
    expect(connectionKey({ ...parts })).toBe(keys[0]);
  });
});
