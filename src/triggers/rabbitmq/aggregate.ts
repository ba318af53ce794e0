import type { QueueState } from './modes.js';

export const OPERATIONS = ['sum', 'avg', 'max'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Several queues as one; none at all are an empty queue, as in KEDA. Mean counts of messages are rounded down. */
export function aggregate(states: readonly QueueState[], operation: Operation): QueueState {
  const values = (key: keyof QueueState): number[] => states.map((state) => state[key]);
  const messages = combine(values('messages'), operation);
  return {
    messages: operation === 'avg' ? Math.floor(messages) : messages,
    publishRate: combine(values('publishRate'), operation),
    deliverGetRate: combine(values('deliverGetRate'), operation),
  };
}

function combine(values: readonly number[], operation: Operation): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (operation) {
    case 'sum':
      return sum;
    case 'avg':
      return values.length === 0 ? 0 : sum / values.length;
    case 'max':
      return values.reduce((largest, value) => Math.max(largest, value), 0);
  }
}
