import type { AuthenticationRef } from './authentications.js';
import type { Fields, TextField } from './fields.js';
import type { Place, Report } from './problem.js';
import { suggest } from './suggest.js';

/** The one trigger type that tidecast forecasts. */
export const FORECAST_TRIGGER = 'predictkube';

/** One entry of `spec.triggers`. */
export interface Trigger extends Place {
  /** Zero-based position in `spec.triggers`. */
  readonly index: number;
  readonly type: string;
  /** By which a formula refers to it; null: none. */
  readonly name: string | null;
  readonly fields: Fields;
  readonly metadata: (Place & { readonly texts: ReadonlyMap<string, TextField> }) | undefined;
  readonly authenticationRef: AuthenticationRef | undefined;
}

/**
 * Reads `spec.triggers`. Of types other than {@link FORECAST_TRIGGER} only what all triggers share is checked: their
 * parameters are for others to judge.
 */
export function readTriggers(spec: Fields, report: Report): Trigger[] {
  const items = spec.maps('triggers');
  if (!spec.has('triggers') || spec.isEmptyList('triggers')) {
    report.error(spec.place('triggers'), 'at least one trigger is required');
  }
  const names = new Map<string, Place>();
  return items.flatMap(({ index, item }) => {
    item.warnUnknown(['type', 'metadata', 'name', 'metricType', 'useCachedMetrics', 'authenticationRef']);
    item.flag('useCachedMetrics');
    const name = readName(item, names, report);
    const type = item.requiredText('type');
    if (type === undefined) return [];
    checkType(item, type, report);
    const metadata = item.requiredMap('metadata');
    return [
      {
        at: item.at,
        field: item.field,
        index,
        type,
        name,
        fields: item,
        metadata: metadata && { at: metadata.at, field: metadata.field, texts: metadata.texts() },
        authenticationRef: readAuthenticationRef(item),
      },
    ];
  });
}

function readName(item: Fields, names: Map<string, Place>, report: Report): string | null {
  const name = item.text('name') ?? '';
  if (name === '') return null;
  const first = names.get(name);
  if (first === undefined) names.set(name, item.place('name'));
  else {
    report.error(item.place('name'), `the name of another trigger, on line ${first.at.line}`, {
      value: name,
      accepted: 'a name of its own for each trigger',
    });
  }
  return name;
}

/** There are dozens of types and more to come; only a slip in ours is worth an error. */
function checkType(item: Fields, type: string, report: Report): void {
  if (type === FORECAST_TRIGGER || suggest(type, [FORECAST_TRIGGER]) === undefined) return;
  report.error(item.place('type'), `unknown trigger type; did you mean "${FORECAST_TRIGGER}"?`, { value: type });
}

function readAuthenticationRef(item: Fields): AuthenticationRef | undefined {
  const ref = item.map('authenticationRef');
  if (ref === undefined) return undefined;
  ref.warnUnknown(['name', 'kind']);
  const kind = ref.choice('kind', ['TriggerAuthentication', 'ClusterTriggerAuthentication']);
  const name = ref.requiredText('name');
  return name === undefined ? undefined : { ...ref.place('name'), kind: kind ?? 'TriggerAuthentication', name };
}
