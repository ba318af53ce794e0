import type { Authentications } from '../config/authentications.js';
import type { ManifestObject } from '../config/objects.js';
import { readScaledObject } from '../config/scaled-object.js';
import type { ScaledObject } from '../config/scaled-object.js';
import { metadataText } from './http-access.js';
import type { ListChange, Path } from './manifest-text.js';
import { ManifestText } from './manifest-text.js';
import { equalPlain } from './plain.js';
import type { Remarks, Target } from './remark.js';
import type { MigratedFile, Source } from './source.js';
import type { MigrateOptions } from './trigger-context.js';
import { migrateTriggers } from './triggers.js';

export interface ScaledObjectsContext {
  readonly targets: readonly Target[];
  readonly options: MigrateOptions;
  readonly authentications: Authentications;
  readonly remarks: Remarks;
}

export interface MigratedObjects {
  readonly files: readonly MigratedFile[];
  /** Queries of the triggers there are. */
  readonly knownQueries: ReadonlySet<string>;
  readonly found: number;
}

/** A ScaledObject whose own errors are none. */
interface Readable {
  readonly scaledObject: ScaledObject;
  readonly path: Path;
  readonly hasFormula: boolean;
}

const ALIASED = 'left as it is: written with YAML aliases, or in a way that leaves no place for the change';

/** Rewrites the triggers of all ScaledObjects, file by file. */
export function migrateScaledObjects(
  sources: readonly Source[],
  objects: readonly ManifestObject[],
  context: ScaledObjectsContext,
): MigratedObjects {
  const readable = objects.flatMap((object) => readObject(object, context));
  const files = sources.flatMap((source) => {
    const own = readable.filter(({ scaledObject }) => scaledObject.at.file === source.path);
    return own.length === 0 ? [] : migrateFile(source, own, context);
  });
  const knownQueries = new Set(
    readable.flatMap(({ scaledObject }) => scaledObject.triggers.flatMap((one) => metadataText(one, 'query') ?? [])),
  );
  return { files, knownQueries, found: objects.filter(({ kind }) => kind === 'ScaledObject').length };
}

function readObject(object: ManifestObject, { targets, remarks }: ScaledObjectsContext): Readable[] {
  if (object.kind !== 'ScaledObject') return [];
  const scaledObject = readScaledObject(object);
  for (const { severity, file, line, field, message } of object.report.problems) {
    if (severity === 'error') remarks.add('error', { at: { file, line, column: 0 }, field }, message, targets);
  }
  if (scaledObject === undefined || object.report.hasErrors) return [];
  const item = /^items\[(\d+)\]$/.exec(object.field)?.[1];
  const base = item === undefined ? [] : ['items', Number(item)];
  const hasFormula = object.root.map('spec')?.map('advanced')?.has('scalingModifiers') === true;
  return [{ scaledObject, path: [...base, 'spec', 'triggers'], hasFormula }];
}

function migrateFile({ path, text }: Source, own: readonly Readable[], context: ScaledObjectsContext): MigratedFile[] {
  const manifest = new ManifestText(text);
  const landmarks = own.map(({ scaledObject: { at, namespace, name } }) => ({
    line: at.line,
    title: `ScaledObject ${namespace}/${name}`,
  }));
  return context.targets.flatMap((target) => {
    const changes = own.flatMap((one) => changeOf(one, manifest, target, context));
    const { text: after, parts, refused } = manifest.withLists(changes);
    for (const { at } of refused) context.remarks.add('lost', { at, field: 'spec.triggers' }, ALIASED, [target]);
    return after === text ? [] : [{ path, target, before: text, after, parts, landmarks }];
  });
}

function changeOf(
  { scaledObject, path, hasFormula }: Readable,
  manifest: ManifestText,
  target: Target,
  { options, authentications, remarks }: ScaledObjectsContext,
): ListChange[] {
  const { at, triggersPlace } = scaledObject;
  const plain = manifest.maps(at, path);
  if (plain === undefined) {
    remarks.add('lost', triggersPlace, ALIASED, [target]);
    return [];
  }
  const wanted = migrateTriggers(scaledObject, plain, {
    target,
    options,
    authentications,
    hasFormula,
    say: (severity, place, message) => {
      remarks.add(severity, place, message, [target]);
    },
  });
  return equalPlain(plain, wanted) ? [] : [{ at, path, wanted }];
}
