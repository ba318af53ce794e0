import type { Fields } from './fields.js';
import type { Place } from './problem.js';
import type { Lookup } from './text-data.js';

/** Where a TriggerAuthentication takes one parameter from. */
export interface AuthSource extends Place {
  readonly parameter: string;
  readonly find: () => Lookup;
}

/** Lists of references, in the order in which KEDA reads them. */
export const REFERENCE_LISTS = ['env', 'configMapTargetRef', 'secretTargetRef'] as const;

/** The entries of one of the {@link REFERENCE_LISTS}. */
export function readReferences(
  spec: Fields,
  list: (typeof REFERENCE_LISTS)[number],
  find: (name: string, key: string) => Lookup,
): AuthSource[] {
  return spec.maps(list).flatMap(({ item }) => {
    item.warnUnknown(list === 'env' ? ['parameter', 'name', 'containerName'] : ['parameter', 'name', 'key']);
    const parameter = item.requiredText('parameter');
    const name = item.requiredText('name');
    const key = list === 'env' ? '' : item.requiredText('key');
    if (parameter === undefined || name === undefined || key === undefined) return [];
    return [{ parameter, find: () => find(name, key), at: item.at, field: item.field }];
  });
}
