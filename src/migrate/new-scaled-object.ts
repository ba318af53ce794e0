import { Document } from 'yaml';
import { FORECAST_TRIGGER } from '../config/trigger.js';
import type { PlainMap } from './plain.js';
import { SCALER_TRIGGER } from './predictkube-trigger.js';
import type { Target } from './remark.js';

/** Stands where only a person knows the name. No Kubernetes name has capitals, so nothing is scaled by mistake. */
export const CHANGE_ME = 'CHANGE-ME';

/** Metadata of a forecast trigger, texts all. */
export type ForecastMetadata = Readonly<Record<string, string>>;

/** The same forecast as each target wants it. */
export function forecastTrigger(metadata: ForecastMetadata, target: Target, scalerAddress: string): PlainMap {
  return target === 'keda'
    ? { type: SCALER_TRIGGER, metadata: { scalerAddress, ...metadata } }
    : { type: FORECAST_TRIGGER, metadata };
}

/** A new ScaledObject as YAML. @param origin goes into a comment above it */
export function newScaledObject(
  origin: string,
  { metadata, spec }: { readonly metadata: PlainMap; readonly spec: PlainMap },
): string {
  const document = new Document({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata, spec });
  return `# ${origin}\n${document.toString({ lineWidth: 0, singleQuote: true })}`;
}

/** A Kubernetes name made of any text, and not one of those taken. */
export function kubernetesName(text: string, taken: Set<string>): string {
  const base =
    text
      .replace(/([a-z\d])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/[^a-z\d]+/g, '-')
      .slice(0, 55)
      .replace(/^-+|-+$/g, '') || 'forecast';
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
  taken.add(name);
  return name;
}
