/**
 * The proposal of all metrics of one HPA: the highest. If some fail and the highest of the others would scale down, or if
 * all fail, the HPA does nothing: one failing metric blocks scaling down, not up.
 *
 * @param proposals one per metric; null: the metric failed
 * @param replicas `scale.spec.replicas`
 * @returns null: do nothing
 * @see Kubernetes `pkg/controller/podautoscaler/horizontal.go`, `computeReplicasForMetrics`
 */
export function combineProposals(proposals: readonly (number | null)[], replicas: number): number | null {
  let highest: number | null = null;
  let failed = 0;
  for (const proposal of proposals) {
    if (proposal === null) failed++;
    else if (highest === null || proposal > highest) highest = proposal;
  }
  return highest === null || (failed > 0 && highest < replicas) ? null : highest;
}
