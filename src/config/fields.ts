import { parseQuantity } from '../core/quantity.js';
import type { ManifestNode, MapNode, ScalarNode } from './manifest-node.js';
import { childField, itemField } from './manifest-node.js';
import type { Place, Position, Report } from './problem.js';
import { didYouMean } from './suggest.js';

/** A text within a manifest. */
export interface TextField extends Place {
  readonly text: string;
}

/** What a whole number may be; without `max`, up to what Kubernetes' int32 fields hold. */
export interface IntegerRange {
  readonly min: number;
  readonly max?: number;
}

/** Kubernetes' int32 fields end here. */
const MAX_INT32 = 2_147_483_647;

/**
 * Typed access to one map of a manifest. A value of the wrong type is reported and reads as absent; `null` is absent,
 * as in Kubernetes.
 */
export class Fields implements Place {
  readonly at: Position;

  constructor(
    private readonly node: MapNode,
    readonly field: string,
    private readonly report: Report,
  ) {
    this.at = node.at;
  }

  /** @returns undefined, and a problem, when the node is not a map */
  static of(node: ManifestNode, field: string, report: Report): Fields | undefined {
    if (node.kind === 'map') return new Fields(node, field, report);
    report.error({ at: node.at, field }, `must be a map, is ${describe(node)}`);
    return undefined;
  }

  /** The same map, with problems going elsewhere. */
  reportingTo(report: Report): Fields {
    return new Fields(this.node, this.field, report);
  }

  /** Where a key stands, or the map when it does not have it. */
  place(key: string): Place {
    return { at: this.get(key)?.at ?? this.at, field: childField(this.field, key) };
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  text(key: string): string | undefined {
    const scalar = this.scalar(key, 'a text');
    if (scalar === undefined || typeof scalar.value === 'string') return scalar?.text;
    const place = this.place(key);
    this.report.error(place, `must be a text, is ${describe(scalar)}`, {
      value: scalar.text,
      accepted: 'the value in quotes',
    });
    return undefined;
  }

  /** @returns undefined, and a problem, when there is none or only white space */
  requiredText(key: string): string | undefined {
    const text = this.has(key) ? this.text(key) : '';
    if (text?.trim() !== '') return text;
    this.report.error(this.place(key), 'is required');
    return undefined;
  }

  integer(key: string, { min, max }: IntegerRange): number | undefined {
    const range = `a whole number from ${min} to ${max ?? MAX_INT32}`;
    const accepted = max === undefined ? `a whole number, at least ${min}` : range;
    const scalar = this.scalar(key, 'a whole number');
    if (scalar === undefined) return undefined;
    const { value, text } = scalar;
    if (typeof value !== 'number') {
      this.report.error(this.place(key), `must be a number, is ${describe(scalar)}`, { value: text, accepted });
      return undefined;
    }
    if (!Number.isInteger(value) || value < min || value > (max ?? MAX_INT32)) {
      this.report.error(this.place(key), 'out of range', { value: text, accepted: range });
      return undefined;
    }
    return value;
  }

  /** A quantity of Kubernetes', which may stand there as a number or as a text. */
  quantity(key: string): number | undefined {
    const scalar = this.scalar(key, 'a quantity');
    if (scalar === undefined) return undefined;
    const value = typeof scalar.value === 'boolean' ? undefined : parseQuantity(scalar.text);
    if (value === undefined) {
      this.report.error(this.place(key), 'not a quantity', {
        value: scalar.text,
        accepted: 'a number such as 100, 0.5, 500m or 2k',
      });
    }
    return value;
  }

  requiredInteger(key: string, range: IntegerRange): number | undefined {
    if (!this.has(key)) this.report.error(this.place(key), 'is required');
    return this.integer(key, range);
  }

  flag(key: string): boolean | undefined {
    const scalar = this.scalar(key, 'true or false');
    if (scalar === undefined || typeof scalar.value === 'boolean') return scalar?.value as boolean | undefined;
    this.report.error(this.place(key), `must be a boolean, is ${describe(scalar)}`, {
      value: scalar.text,
      accepted: 'true or false, without quotes',
    });
    return undefined;
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) {
      this.report.error(this.place(key), `unknown value${didYouMean(text, choices)}`, {
        value: text,
        accepted: choices.join(', '),
      });
    }
    return choice;
  }

  map(key: string): Fields | undefined {
    const node = this.get(key);
    return node === undefined ? undefined : Fields.of(node, childField(this.field, key), this.report);
  }

  requiredMap(key: string): Fields | undefined {
    if (!this.has(key)) this.report.error(this.place(key), 'is required');
    return this.map(key);
  }

  /** The items of a list of maps; an item that is not a map is reported and left out. */
  maps(key: string): { readonly index: number; readonly item: Fields }[] {
    return this.items(key).flatMap((child, index) => {
      const item = Fields.of(child, itemField(this.place(key).field, index), this.report);
      return item === undefined ? [] : [{ index, item }];
    });
  }

  /** The items of a list of texts; an item that is none is reported and left out. */
  textItems(key: string): string[] {
    return this.items(key).flatMap((child, index) => {
      if (child.kind === 'scalar' && typeof child.value === 'string') return [child.text];
      const place = { at: child.at, field: itemField(this.place(key).field, index) };
      this.report.error(place, `must be a text, is ${describe(child)}`);
      return [];
    });
  }

  isEmptyList(key: string): boolean {
    const node = this.get(key);
    return node?.kind === 'list' && node.items.length === 0;
  }

  /** All entries of a map of texts, unquoted numbers and booleans included, which Kubernetes would refuse: a warning. */
  texts(): Map<string, TextField> {
    const texts = new Map<string, TextField>();
    for (const key of this.node.entries.keys()) {
      const scalar = this.scalar(key, 'a text');
      if (scalar === undefined) continue;
      const place = this.place(key);
      if (typeof scalar.value !== 'string') {
        this.report.warning(place, `is ${describe(scalar)}; Kubernetes accepts only texts here: put it in quotes`);
      }
      texts.set(key, { ...place, text: scalar.text });
    }
    return texts;
  }

  /** Warns of every key that is not among the known ones. */
  warnUnknown(known: readonly string[]): void {
    for (const key of this.node.entries.keys()) {
      if (!known.includes(key)) this.report.warning(this.place(key), `unknown field${didYouMean(key, known)}`);
    }
  }

  private get(key: string): ManifestNode | undefined {
    const node = this.node.entries.get(key);
    return node?.kind === 'scalar' && node.value === null ? undefined : node;
  }

  private items(key: string): readonly ManifestNode[] {
    const node = this.get(key);
    if (node === undefined || node.kind === 'list') return node?.items ?? [];
    this.report.error(this.place(key), `must be a list, is ${describe(node)}`);
    return [];
  }

  private scalar(key: string, expected: string): ScalarNode | undefined {
    const node = this.get(key);
    if (node === undefined || node.kind === 'scalar') return node;
    this.report.error(this.place(key), `must be ${expected}, is ${describe(node)}`);
    return undefined;
  }
}

function describe(node: ManifestNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  return { string: 'a text', number: 'a number', boolean: 'a boolean' }[typeof node.value as 'string'];
}
