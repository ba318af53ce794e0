import { TriggerError } from '../../core/errors.js';
import type { RedisClient } from './connect.js';

/** One script, so that the type cannot change between the question for it and that for the length. */
const LENGTH_SCRIPT = `
local kind = redis.call('TYPE', KEYS[1]).ok
local command = ({ none = 'LLEN', list = 'LLEN', set = 'SCARD', zset = 'ZCARD', hash = 'HLEN' })[kind]
if command then return redis.call(command, KEYS[1]) end
return kind`;

/**
 * Number of items of a list, set, sorted set or hash; 0 for a key that does not exist, as in KEDA.
 *
 * @throws {TriggerError} the key holds something that has no length
 */
export async function lengthOf(client: RedisClient, key: string): Promise<number> {
  const answer = await replyOf(client.eval(LENGTH_SCRIPT, 1, key));
  if (typeof answer === 'number') return answer;
  throw new TriggerError(`"${key}" is a ${String(answer)}; expected a list, set, sorted set or hash`);
}

/** Awaits a reply; a refusal by the server, over a connection that works, becomes a {@link TriggerError}. */
export async function replyOf<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') throw new TriggerError(error.message);
    throw error;
  }
}
