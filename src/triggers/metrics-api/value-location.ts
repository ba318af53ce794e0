import { parse } from 'yaml';
import { TriggerError } from '../../core/errors.js';
import { parseQuantity } from '../../core/quantity.js';
import { compileJsonPath } from './json-path.js';
import { findSample, parseSelector } from './prometheus-text.js';

export const FORMATS = ['json', 'yaml', 'xml', 'prometheus'] as const;

export type Format = (typeof FORMATS)[number];

/** Finds in a body what a location names. @throws when the body is none of the format */
type Find = (body: string) => unknown;

/** How a location is written in each format. */
export const LOCATION_SYNTAX: Readonly<Record<Format, string>> = {
  json: 'a path to one value, such as components.worker.tasks or items.#(name=="a").size',
  yaml: 'a path of keys, such as components.worker.tasks',
  xml: 'json, yaml or prometheus',
  prometheus: 'a metric, such as requests_total{path="/"}',
};

/** @returns undefined when the location is none in that format */
export function compileLocation(format: Format, location: string): Find | undefined {
  switch (format) {
    case 'json': {
      const path = compileJsonPath(location);
      return path && ((body) => path(JSON.parse(body)));
    }
    case 'yaml': {
      const path = compileJsonPath(location.replace(/[\\*?#@!|{[(]/g, '\\$&'));
      return path && ((body) => path(parse(body)));
    }
    case 'prometheus': {
      const selector = parseSelector(location);
      return selector && ((body) => findSample(body, selector));
    }
    case 'xml':
      return undefined;
  }
}

/**
 * The number at a location: one, or a text that is a quantity of Kubernetes.
 *
 * @throws {TriggerError} the body cannot be read, or has no number there: unknown, which is not 0
 */
export function numberAt(
  find: Find,
  { format, valueLocation }: { format: Format; valueLocation: string },
  body: string,
): number {
  const found = attempt(find, format, body);
  const value = typeof found === 'string' ? parseQuantity(found) : found;
  if (typeof value === 'number') return value;
  const must = 'must point to a numeric value or a string parseable as a Quantity';
  throw new TriggerError(
    `valueLocation "${valueLocation}" ${must}, got ${found === undefined ? 'nothing' : JSON.stringify(found)}`,
  );
}

function attempt(find: Find, format: Format, body: string): unknown {
  try {
    return find(body);
  } catch (error) {
    if (error instanceof TriggerError) throw error;
    throw new TriggerError(`answered what is not ${format}: ${body.trim() === '' ? 'nothing' : body}`);
  }
}
