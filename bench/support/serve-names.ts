/** How many workloads the server of `bench:serve` has, and what they are called. */
export const WORKLOADS = 10_000;
export const NAMESPACE = 'shop';
export const METRIC = 's0-predictkube-predictkube_metric';

export function nameOf(index: number): string {
  return `app-${index}`;
}
