/** What the broker says of a queue, or of several together. */
export interface QueueState {
  readonly messages: number;
  /** Messages per second. */
  readonly publishRate: number;
  readonly deliverGetRate: number;
}

export const MODES = [
  'QueueLength',
  'MessageRate',
  'DeliverGetRate',
  'PublishedToDeliveredRatio',
  'ExpectedQueueConsumptionTime',
] as const;

export type Mode = (typeof MODES)[number];

export interface Measured {
  readonly value: number;
  readonly active: boolean;
}

/**
 * The value of a mode and whether it makes the trigger active, by KEDA's rules (its reference, section on RabbitMQ).
 * Where a ratio has no denominator, the value is the activation value and the trigger is active.
 */
export function measure(mode: Mode, state: QueueState, activation: number): Measured {
  const { messages, publishRate, deliverGetRate } = state;
  switch (mode) {
    case 'QueueLength':
      return { value: messages, active: messages > activation };
    case 'MessageRate':
      return { value: publishRate, active: publishRate > activation || messages > activation };
    case 'DeliverGetRate':
      return { value: deliverGetRate, active: deliverGetRate > activation };
    case 'PublishedToDeliveredRatio':
      return publishRate > 0 ? ratio(publishRate, deliverGetRate, activation) : { value: 0, active: 0 > activation };
    case 'ExpectedQueueConsumptionTime':
      return messages > 0
        ? ratio(publishRate - deliverGetRate + messages, deliverGetRate, activation)
        : { value: 0, active: 0 > activation };
  }
}

function ratio(numerator: number, denominator: number, activation: number): Measured {
  if (denominator === 0) return { value: activation, active: true };
  const value = numerator / denominator;
  return { value, active: value > activation };
}
