import type { Place, Report } from './problem.js';

/** A DNS subdomain of RFC 1123 is not longer. */
export const LONGEST_SUBDOMAIN = 253;
/** A DNS label, and the value of a Kubernetes label, is not longer. */
export const LONGEST_LABEL = 63;

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Reports a name that is no DNS subdomain, as those of most Kubernetes objects are. An empty one is somebody else's to report.
 *
 * @param whose who would refuse it: "KEDA", "Kubernetes"
 */
export function checkName(name: string, longest: number, whose: string, place: Place, report: Report): void {
  if (name === '' || (name.length <= longest && SUBDOMAIN.test(name))) return;
  report.error(place, `not a name ${whose} accepts`, {
    value: name,
    accepted: `at most ${longest} lower-case letters, digits, "-" and "."`,
  });
}

/** Reports a namespace that is no DNS label. */
export function checkNamespace(namespace: string, place: Place, report: Report): void {
  if (namespace.length <= LONGEST_LABEL && LABEL.test(namespace)) return;
  report.error(place, 'not a name Kubernetes accepts', {
    value: namespace,
    accepted: `at most ${LONGEST_LABEL} lower-case letters, digits and "-"`,
  });
}
