import { forecasterNames } from '../../src/forecast/registry.js';
import { migrate } from '../../src/migrate/migrate.js';
import type { Remark, Target } from '../../src/migrate/remark.js';
import { unifiedDiff } from '../../src/migrate/unified-diff.js';

export const OPTIONS = {
  scalerAddress: 'tidecast.tidecast:9190',
  prometheusAddress: 'http://prometheus.monitoring:9090',
  forecasterNames,
} as const;

export interface MigratedText {
  /** The input with its changes. */
  readonly text: string;
  /** What stands in new files. */
  readonly added: string;
  /** Lines that went and came, without context. */
  readonly changes: readonly string[];
  readonly remarks: readonly Remark[];
}

/** Migrates one file for one target. */
export function migrateText(text: string, target: Target): MigratedText {
  const { files, remarks } = migrate([{ path: 'in.yaml', text }], [target], OPTIONS);
  const changed = files.find(({ path }) => path === 'in.yaml');
  return {
    text: changed?.after ?? text,
    added: files.find(({ before }) => before === undefined)?.after ?? '',
    changes: changed === undefined ? [] : changedLines(unifiedDiff(changed)),
    remarks,
  };
}

/** `severity: message` of all remarks. */
export function spoken(remarks: readonly Remark[]): readonly string[] {
  return remarks.map(({ severity, message }) => `${severity}: ${message}`);
}

function changedLines(diff: string): string[] {
  return diff.split('\n').filter((line) => /^[-+](?!--|\+\+)/.test(line));
}
