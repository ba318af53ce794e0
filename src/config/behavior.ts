import type { Behavior, GivenRules, ScalingPolicy } from '../core/hpa-behavior.js';
import type { Fields } from './fields.js';
import type { Report } from './problem.js';

// Kubernetes' limits: `pkg/apis/autoscaling/validation/validation.go`.
const LONGEST_WINDOW_S = 3_600;
const LONGEST_PERIOD_S = 1_800;

/**
 * Reads `behavior` of an HPA, or of the one that KEDA makes, by the rules of Kubernetes.
 *
 * @param parent the map that has the key
 * @returns null when it is not set, which is not the same as set and empty
 */
export function readBehavior(parent: Fields, report: Report): Behavior | null {
  const behavior = parent.map('behavior');
  if (behavior === undefined) return null;
  behavior.warnUnknown(['scaleUp', 'scaleDown']);
  const scaleUp = readRules(behavior.map('scaleUp'), report);
  const scaleDown = readRules(behavior.map('scaleDown'), report);
  return { ...(scaleUp !== undefined && { scaleUp }), ...(scaleDown !== undefined && { scaleDown }) };
}

function readRules(rules: Fields | undefined, report: Report): GivenRules | undefined {
  if (rules === undefined) return undefined;
  rules.warnUnknown(['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance']);
  const stabilizationWindowS = rules.integer('stabilizationWindowSeconds', { min: 0, max: LONGEST_WINDOW_S });
  const selectPolicy = rules.choice('selectPolicy', ['Max', 'Min', 'Disabled'] as const);
  const policies = readPolicies(rules, report);
  const tolerance = readTolerance(rules, report);
  return {
    ...(stabilizationWindowS !== undefined && { stabilizationWindowS }),
    ...(selectPolicy !== undefined && { selectPolicy }),
    ...(policies !== undefined && { policies }),
    ...(tolerance !== undefined && { tolerance }),
  };
}

function readPolicies(rules: Fields, report: Report): readonly ScalingPolicy[] | undefined {
  if (!rules.has('policies')) return undefined;
  if (rules.isEmptyList('policies')) {
    report.error(rules.place('policies'), 'must not be empty', {
      accepted: 'at least one policy, or no policies for the defaults',
    });
  }
  return rules.maps('policies').flatMap(({ item }) => {
    item.warnUnknown(['type', 'value', 'periodSeconds']);
    if (!item.has('type')) report.error(item.place('type'), 'is required', { accepted: 'Pods, Percent' });
    const type = item.choice('type', ['Pods', 'Percent'] as const);
    const value = item.requiredInteger('value', { min: 1 });
    const periodS = item.requiredInteger('periodSeconds', { min: 1, max: LONGEST_PERIOD_S });
    return type === undefined || value === undefined || periodS === undefined ? [] : [{ type, value, periodS }];
  });
}

function readTolerance(rules: Fields, report: Report): number | undefined {
  const tolerance = rules.quantity('tolerance');
  if (tolerance === undefined || tolerance >= 0) return tolerance;
  report.error(rules.place('tolerance'), 'must not be negative', {
    value: String(tolerance),
    accepted: 'a share of the target, such as 0.05',
  });
  return undefined;
}
