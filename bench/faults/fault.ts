/** What a network can do to a connection. */
export const NETWORK_FAULTS = ['down', 'refused', 'hung', 'slow', 'partial'] as const;

/** What can be wrong with a source, beyond the network. */
export const CONTENT_FAULTS = [
  'NaN',
  'empty',
  'counter reset',
  'duplicated series',
  'absurdly large',
  'credentials revoked',
] as const;

/** What befalls the process itself. */
export const OWN_FAULTS = [
  'clock forward',
  'clock back',
  'own restart',
  'store lost',
  'store full',
  'disk read-only',
] as const;

export type NetworkFault = (typeof NETWORK_FAULTS)[number];
export type ContentFault = (typeof CONTENT_FAULTS)[number];
export type OwnFault = (typeof OWN_FAULTS)[number];
export type SourceFault = NetworkFault | ContentFault;
export type Fault = SourceFault | OwnFault;

export const FAULTS: readonly Fault[] = [...NETWORK_FAULTS, ...CONTENT_FAULTS, ...OWN_FAULTS];

export function isNetworkFault(fault: Fault): fault is NetworkFault {
  return (NETWORK_FAULTS as readonly Fault[]).includes(fault);
}

export function isOwnFault(fault: Fault): fault is OwnFault {
  return (OWN_FAULTS as readonly Fault[]).includes(fault);
}
