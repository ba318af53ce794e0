import { Command } from 'commander';
import { loadConfig, type LoadedConfig } from '../config/load-config.js';
import { renderProblems } from '../config/render-problems.js';
import { formatDuration } from '../core/duration.js';
import type { Workload } from '../core/workload.js';
import { forecasterNames } from '../forecast/registry.js';
import { SystemClock } from '../run/system-clock.js';
import { formulaProblem } from '../scaling/formula.js';
import { createTriggerTypes } from '../triggers/registry.js';
import { authFileReader, withAuthFiles, withJson, type AuthFileFlags } from './options.js';
import { renderList } from './output/table.js';
import { colorsOf, print, printJson, type Terminal } from './terminal.js';
import { scaledObjectJson, triggerTable } from './trigger-table.js';

/** `tidecast validate`: reads configuration and says everything that is wrong with it. */
export function validateCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return withAuthFiles(withJson(new Command('validate')))
    .summary('check ScaledObject YAML and report every problem')
    .description(
      'Reads ScaledObjects (and the TriggerAuthentications, Secrets and ConfigMaps they use) from files and folders, and ' +
        'reports all problems with file, line and field. Exit status 1 when there is an error, 0 with warnings only.',
    )
    .argument('<path...>', 'YAML or JSON files, or folders of them')
    .action(async (paths: string[], { json = false, ...flags }: { json?: boolean } & AuthFileFlags) => {
      const { workloads, objects, problems } = await loadConfig(paths, {
        env: terminal.env,
        authFile: authFileReader(flags),
        forecasterNames,
        triggerTypes: createTriggerTypes({ clock: new SystemClock() }),
        checkFormula: formulaProblem,
      });
      const failed = problems.some(({ severity }) => severity === 'error');
      if (json) {
        printJson(terminal.stdout, {
          valid: !failed,
          problems,
          workloads: workloads.map(summary),
          scaledObjects: objects.map(scaledObjectJson),
        });
      } else {
        if (problems.length > 0) print(terminal.stderr, renderProblems(problems));
        const tables = configurationTables({ workloads, objects }, terminal);
        if (tables !== '') print(terminal.stdout, tables);
      }
      if (failed) exit(1);
    });
}

/** What is forecast, and the triggers beside it; empty: nothing of either. */
export function configurationTables(
  { workloads, objects }: Pick<LoadedConfig, 'workloads' | 'objects'>,
  terminal: Terminal,
): string {
  const forecast = workloads.length === 0 ? '' : workloadTable(workloads, terminal);
  return [forecast, triggerTable(objects, terminal)].filter((table) => table !== '').join('\n\n');
}

/** The workloads of a configuration as a table. */
function workloadTable(workloads: readonly Workload[], terminal: Terminal): string {
  return renderList(
    [
      { title: 'WORKLOAD' },
      { title: 'METRIC' },
      { title: 'TARGET', align: 'right' },
      { title: 'HISTORY', align: 'right' },
      { title: 'STEP', align: 'right' },
      { title: 'HORIZON', align: 'right' },
      { title: 'LEAD TIME', align: 'right' },
      { title: 'QUANTILE', align: 'right' },
      { title: 'MODE' },
    ],
    workloads.map((workload) => [
      `${workload.namespace}/${workload.scaledObject}`,
      workload.metricName,
      String(workload.targetPerReplica),
      formatDuration(workload.historyWindowMs),
      formatDuration(workload.stepMs),
      formatDuration(workload.horizonMs),
      workload.leadTimeMs === 'auto' ? 'auto' : formatDuration(workload.leadTimeMs),
      String(workload.quantile),
      workload.mode,
    ]),
    colorsOf(terminal.stdout, terminal.env),
  );
}

/** What may be shown of a workload: never its endpoint, which holds secrets. Durations in seconds, null for `auto`. */
function summary(workload: Workload): object {
  const seconds = (ms: number): number => ms / 1_000;
  return {
    id: workload.id,
    namespace: workload.namespace,
    scaledObject: workload.scaledObject,
    metricName: workload.metricName,
    metricType: workload.metricType,
    prometheusAddress: workload.endpoint.address,
    query: workload.query,
    stepSeconds: seconds(workload.stepMs),
    historyWindowSeconds: seconds(workload.historyWindowMs),
    horizonSeconds: seconds(workload.horizonMs),
    pollingIntervalSeconds: seconds(workload.pollingIntervalMs),
    targetPerReplica: workload.targetPerReplica,
    activationThreshold: workload.activationThreshold,
    ...workload.bounds,
    mode: workload.mode,
    leadTimeSeconds: workload.leadTimeMs === 'auto' ? null : seconds(workload.leadTimeMs),
    quantile: workload.quantile,
    model: workload.model,
    seasonalitySeconds: workload.seasonalityMs === 'auto' ? null : workload.seasonalityMs.map(seconds),
    ignoreWindows: workload.ignoreWindows.map(({ fromMs, toMs }) => ({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
    })),
    saturation: workload.saturation ?? null,
    timeZone: workload.timeZone ?? null,
  };
}
