import type { ManifestObject } from '../config/objects.js';
import type { AdapterHpa } from './hpa.js';
import { externalMetrics, hpaSpec, isHpa, readHpa } from './hpa.js';
import { CHANGE_ME, forecastTrigger, kubernetesName, newScaledObject } from './new-scaled-object.js';
import type { ForecastMetadata } from './new-scaled-object.js';
import type { PlainMap } from './plain.js';
import type { Remarks, Say, Target } from './remark.js';
import { itemsOfList, readRuleFile } from './rule-files.js';
import type { RuleFile } from './rule-files.js';
import type { MigratedFile, Source } from './source.js';
import type { MigrateOptions } from './trigger-context.js';

export interface NewFilesContext {
  readonly targets: readonly Target[];
  readonly options: MigrateOptions;
  readonly remarks: Remarks;
  /** Of the ScaledObjects there are: a query in one of them needs no second. */
  readonly knownQueries: ReadonlySet<string>;
  readonly objects: readonly ManifestObject[];
}

/** New ScaledObjects for what has none yet: alerts that extrapolate, and HPAs that ask prometheus-adapter. */
export function makeNewFiles(
  sources: readonly Source[],
  context: NewFilesContext,
): { readonly files: readonly MigratedFile[]; readonly found: number } {
  const { targets, options, remarks } = context;
  const say: Say = (severity, place, message) => {
    remarks.add(severity, place, message, targets);
  };
  const ruleFiles = sources.map((source) => readRuleFile(source, options, say));
  const hpas = readHpas(sources, ruleFiles, options, say);
  const takenPaths = new Set(sources.map(({ path }) => path));
  const taken = new Set(context.objects.map(({ name }) => name));
  const files = sources.flatMap(({ path }, index) => {
    const alerts = ruleFiles[index]!.alerts.filter((alert) => isNew(alert.metadata, alert.line, path, context));
    const named = alerts.map((alert) => ({ ...alert, kubernetesName: kubernetesName(alert.name, taken) }));
    const own = hpas.filter(
      (hpa) =>
        hpa.at.file === path && hpa.forecasts.some(({ metadata }) => isNew(metadata, hpa.at.line, path, context)),
    );
    if (named.length + own.length === 0) return [];
    const ownPath = newPath(path, takenPaths);
    return targets.map((target): MigratedFile => {
      const documents = [
        ...named.map((alert) => alertObject(alert, target, options)),
        ...own.map((hpa) => hpaObject(hpa, target, options)),
      ];
      return { path: ownPath, target, before: undefined, after: documents.join('---\n'), parts: [], landmarks: [] };
    });
  });
  return { files, found: ruleFiles.reduce((sum, { found }) => sum + found, 0) };
}

/** Beside the file that it comes from, under a name of its own. */
function newPath(path: string, taken: Set<string>): string {
  const stem = `${path.replace(/\.(ya?ml|json)$/i, '')}.forecast`;
  let name = `${stem}.yaml`;
  for (let i = 2; taken.has(name); i++) name = `${stem}-${i}.yaml`;
  taken.add(name);
  return name;
}

function isNew(
  { query }: ForecastMetadata,
  line: number,
  file: string,
  { knownQueries, remarks, targets }: NewFilesContext,
) {
  if (!knownQueries.has(query!)) return true;
  remarks.add(
    'note',
    { at: { file, line, column: 0 }, field: '' },
    'a ScaledObject has a trigger of this query already',
    targets,
  );
  return false;
}

function alertObject(
  alert: { readonly name: string; readonly kubernetesName: string; readonly metadata: ForecastMetadata },
  target: Target,
  { scalerAddress }: MigrateOptions,
): string {
  return newScaledObject(`From the alert ${JSON.stringify(alert.name)}.`, {
    metadata: { name: alert.kubernetesName },
    spec: {
      scaleTargetRef: { name: CHANGE_ME },
      triggers: [forecastTrigger(alert.metadata, target, scalerAddress)],
    },
  });
}

/** Beside KEDA the reactive trigger of the same query comes with it, as the HPA has it now. */
function hpaObject(hpa: AdapterHpa, target: Target, { scalerAddress }: MigrateOptions): string {
  const triggers = hpa.forecasts.flatMap(({ metricType, metadata }): PlainMap[] => {
    const { type, ...rest } = forecastTrigger(metadata, target, scalerAddress);
    const forecast = { type: type!, metricType, ...rest };
    const { prometheusAddress, query, threshold } = metadata;
    const reactive = {
      type: 'prometheus',
      metricType,
      metadata: { serverAddress: prometheusAddress!, query: query!, threshold: threshold!, ignoreNullValues: 'false' },
    };
    return target === 'keda' ? [reactive, forecast] : [forecast];
  });
  return newScaledObject(`Takes over the HorizontalPodAutoscaler ${JSON.stringify(hpa.name)}.`, {
    metadata: {
      name: hpa.name,
      namespace: hpa.namespace,
      annotations: { 'scaledobject.keda.sh/transfer-hpa-ownership': 'true' },
    },
    spec: { ...hpaSpec(hpa), triggers: [...triggers, ...hpa.reactive] },
  });
}

function readHpas(
  sources: readonly Source[],
  ruleFiles: readonly RuleFile[],
  options: MigrateOptions,
  say: Say,
): readonly AdapterHpa[] {
  const all = ruleFiles.flatMap(({ adapterRules }) => adapterRules);
  const rules = new Map(all.map((rule) => [rule.metric, rule]));
  const nodes = sources
    .flatMap(({ manifests }) => manifests.documents)
    .flatMap(({ root }) => itemsOfList(root))
    .filter(isHpa);
  const asked = new Set(nodes.flatMap(externalMetrics));
  for (const rule of all) {
    if (asked.has(rule.metric)) continue;
    const message =
      `metric ${JSON.stringify(rule.metric)}: the selector, the target and what is scaled stand in the HorizontalPodAutoscaler ` +
      'that asks for it, which is not among the files (autoscaling/v2)';
    say('lost', rule, message);
  }
  return nodes.flatMap((node) => readHpa(node, rules, options, say) ?? []);
}
