import type { ManifestNode } from '../config/manifest-node.js';
import { readManifests } from '../config/read-manifests.js';
import type { ExternalRule } from './adapter-rules.js';
import { readAdapterRules } from './adapter-rules.js';
import type { AlertForecast } from './alert-rules.js';
import { readAlertRules } from './alert-rules.js';
import { entriesAt, itemsAt, textAt } from './nodes.js';
import type { Say } from './remark.js';
import type { Source } from './source.js';
import type { MigrateOptions } from './trigger-context.js';

/** What was found in one file beside Kubernetes objects of KEDA's. */
export interface RuleFile {
  readonly path: string;
  readonly alerts: readonly AlertForecast[];
  readonly adapterRules: readonly ExternalRule[];
  /** Rules and lists of rules, whether they have an equivalent or not. */
  readonly found: number;
}

/** Reads the alert rules and adapter rules of a file, those within its ConfigMaps included. */
export function readRuleFile({ path, manifests }: Source, options: MigrateOptions, say: Say): RuleFile {
  const roots = manifests.documents.flatMap(({ root }) => [...itemsOfList(root), ...embedded(root, path)]);
  const groups = roots.flatMap(ruleGroups);
  const adapters = roots.filter(isAdapterConfig);
  return {
    path,
    alerts: readAlertRules(groups, options, say),
    adapterRules: adapters.flatMap((root) => readAdapterRules(root, say)),
    found: adapters.length + groups.flatMap((group) => itemsAt(group, 'rules')).length,
  };
}

/** The objects of a `List`, or the object itself. */
export function itemsOfList(root: ManifestNode): readonly ManifestNode[] {
  return textAt(root, 'kind')?.endsWith('List') === true ? itemsAt(root, 'items') : [root];
}

/** The groups of a PrometheusRule, or of a rule file as Prometheus reads it. */
function ruleGroups(root: ManifestNode): readonly ManifestNode[] {
  const kind = textAt(root, 'kind');
  if (kind === 'PrometheusRule') return itemsAt(root, 'spec', 'groups');
  return kind === undefined ? itemsAt(root, 'groups') : [];
}

/** prometheus-adapter's configuration, or its Helm chart's values. */
function isAdapterConfig(root: ManifestNode): boolean {
  if (textAt(root, 'kind') !== undefined) return false;
  const lists = [['rules'], ['externalRules'], ['rules', 'custom'], ['rules', 'external']];
  return lists.some((keys) => itemsAt(root, ...keys).some((rule) => textAt(rule, 'seriesQuery') !== undefined));
}

/** Documents within the texts of a ConfigMap. */
function embedded(root: ManifestNode, path: string): readonly ManifestNode[] {
  if (textAt(root, 'kind') !== 'ConfigMap') return [];
  return entriesAt(root, 'data').flatMap(([, node]) => {
    const text = textAt(node) ?? '';
    if (!/predict_linear|seriesQuery/.test(text)) return [];
    // Line ends in front make the lines of a block text those of the file.
    return readManifests('\n'.repeat(node.at.line) + text, path).documents.map((document) => document.root);
  });
}
